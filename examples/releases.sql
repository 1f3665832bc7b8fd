-- The latest releases as one table, wherever they lie: a folder, https:// or s3://.
-- index.json tells which one of each month is the latest; so a row never counts twice.
-- duckdb -cmd "SET VARIABLE releases = 'releases'" < examples/releases.sql

SET VARIABLE place = coalesce(getvariable('releases'), 'releases');
SET VARIABLE files = (
    SELECT list(getvariable('place') || '/' || release.tables.observations)
    FROM (SELECT unnest(releases) AS release FROM read_json(getvariable('place') || '/index.json'))
    WHERE release.isLatest AND release.tables.observations IS NOT NULL
);

-- Days (UTC) of each node of which at least 75 % of the values is good.
SELECT
    node,
    CAST(time AS DATE) AS day,
    count(*) AS samples,
    round(avg(pm25) FILTER (pm25_flag = 1), 1) AS pm25
FROM read_parquet(getvariable('files'), hive_partitioning = true)
GROUP BY ALL
HAVING count(pm25) > 0 AND count(*) FILTER (pm25_flag = 1) >= 0.75 * count(pm25)
ORDER BY node, day;
