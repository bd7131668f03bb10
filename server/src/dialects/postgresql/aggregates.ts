/** PostgreSQL's own aggregates (its manual, section 9.21). Others are recognised by syntax that only aggregates have. */
export const aggregates: ReadonlySet<string> = new Set(
  `any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or count every json_agg json_agg_strict json_arrayagg
  json_object_agg json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict json_objectagg jsonb_agg
  jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict max
  min range_agg range_intersect_agg string_agg sum xmlagg corr covar_pop covar_samp regr_avgx regr_avgy regr_count
  regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp variance var_pop var_samp
  mode percentile_cont percentile_disc`.split(/\s+/),
);
