-- The least role with which `foundling worker` and `foundling tasks` work: it reads and writes the outbox, and can see
-- no row of the application's. What the worker must know of those it reads as the role of reader.sql.
--
-- After `foundling triggers install`, which makes the outbox:
--
--   psql --set password=… --dbname studio --file worker.sql

CREATE ROLE foundling_worker LOGIN PASSWORD :'password' NOINHERIT CONNECTION LIMIT 20;

GRANT CONNECT ON DATABASE :"DBNAME" TO foundling_worker;
GRANT USAGE ON SCHEMA foundling TO foundling_worker;
GRANT SELECT ON foundling.meta TO foundling_worker;
GRANT SELECT, UPDATE, DELETE ON foundling.outbox TO foundling_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON foundling.workers TO foundling_worker;
