-- The least role with which Foundling reads this database: the columns that foundling.yaml names, and nothing else.
-- No key, no token, no other table; what the manifest does not name, this role cannot see.
--
--   psql --set password=… --dbname studio --file reader.sql

CREATE ROLE foundling_reader LOGIN PASSWORD :'password' NOINHERIT CONNECTION LIMIT 5;
ALTER ROLE foundling_reader SET default_transaction_read_only = on;

GRANT CONNECT ON DATABASE :"DBNAME" TO foundling_reader;
GRANT USAGE ON SCHEMA public TO foundling_reader;

GRANT SELECT (id, status, checkpoint_dir) ON trainings TO foundling_reader;
GRANT SELECT (id, training_id, storage_path) ON checkpoints TO foundling_reader;
GRANT SELECT (id, status, hf_repo_id, raw_path) ON datasets TO foundling_reader;
GRANT SELECT (id, status, dataset_id, model_id, tokenized_path) ON dataset_tokenizations TO foundling_reader;
GRANT SELECT (id, status, file_path, quantized_path) ON models TO foundling_reader;
GRANT SELECT (id, status, output_path, metadata_path, saved_files) ON activation_extractions TO foundling_reader;
GRANT SELECT (id, status, local_path, sae_metadata, updated_at) ON external_saes TO foundling_reader;
GRANT SELECT (id, status, output_path) ON neuronpedia_export_jobs TO foundling_reader;
GRANT SELECT (id) ON labeling_jobs TO foundling_reader;
GRANT SELECT (id, status, store_path) ON circuit_capture_runs TO foundling_reader;
-- None of these tables counts its rows with a sequence, so that there is no sequence to read.
