select id, total from orders where status = 'new';

select id, total from orders where tenant_id = 7;
