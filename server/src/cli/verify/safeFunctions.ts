/**
 * Functions that a planner may evaluate while it explains without anything happening. Everything else is not sent: functions
 * of users may be declared immutable and write all the same, and those that end sessions, sleep or count up are not here.
 */
export const safeFunctions: ReadonlySet<string> = new Set(
  // aggregates and windows
  (
    'count sum avg min max array_agg string_agg group_concat json_agg jsonb_agg json_object_agg jsonb_object_agg json_arrayagg json_objectagg bool_and bool_or every bit_and bit_or stddev stddev_pop stddev_samp variance var_pop var_samp corr percentile_cont percentile_disc mode row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value grouping ' +
    // choice
    'coalesce nullif greatest least if ifnull isnull ' +
    // text
    'lower upper length char_length character_length octet_length concat concat_ws substring substr trim ltrim rtrim btrim replace left right lpad rpad reverse position strpos instr locate split_part initcap repeat regexp_replace regexp_matches regexp_match regexp_like translate ascii chr char md5 format to_char to_number overlay similarity starts_with ' +
    // numbers
    'abs ceil ceiling floor round trunc truncate mod power pow sqrt exp ln log log10 log2 sign div pi ' +
    // time
    'now current_timestamp localtimestamp date date_trunc date_part extract age make_date make_timestamp to_date to_timestamp timezone date_add date_sub datediff timestampdiff timestampadd date_format str_to_date unix_timestamp from_unixtime year month day dayofweek dayofmonth dayofyear weekday week quarter hour minute second curdate curtime utc_timestamp utc_date interval ' +
    // arrays and documents
    'array_length array_position array_append array_cat array_remove array_to_string string_to_array cardinality unnest any all some array row json_build_object jsonb_build_object json_build_array jsonb_build_array to_json to_jsonb row_to_json json_extract json_unquote json_contains json_object json_array json_length json_extract_path_text jsonb_extract_path_text json_array_length jsonb_array_length jsonb_array_elements json_array_elements jsonb_array_elements_text jsonb_set json_set json_value jsonb_typeof jsonb_exists ' +
    // search and sets
    'to_tsvector to_tsquery plainto_tsquery websearch_to_tsquery ts_rank ts_rank_cd match generate_series ' +
    // who and where
    'cast convert database current_database current_schema'
  ).split(' '),
);

/** Words before a bracket that are no functions. */
export const syntaxWords: ReadonlySet<string> = new Set(
  'in values value and or not on using as from where having select distinct exists join lateral over filter within group by order partition set when then else case between like ilike is union all intersect except returning limit offset with insert into ignore conflict key update any some array row interval default varchar char character numeric decimal varying bit timestamp time cross inner left right full'.split(
    ' ',
  ),
);
