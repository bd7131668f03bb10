import mysql from 'mysql2/promise';

/** Connects to vtgate without a keyspace: tables are found in whichever keyspace has them. */
export const pool = mysql.createPool({
  host: process.env.VTGATE_HOST ?? 'localhost',
  port: 15306,
  user: process.env.VTGATE_USER,
  password: process.env.VTGATE_PASSWORD,
});
