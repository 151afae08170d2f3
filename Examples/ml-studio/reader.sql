-- A role that reads what foundling.yaml names and nothing else: no secret, no token, no other table.
CREATE ROLE :"reader" NOLOGIN;
GRANT USAGE ON SCHEMA public TO :"reader";
GRANT SELECT (id, status, file_path, quantized_path) ON models TO :"reader";
GRANT SELECT (id, status, source, hf_repo_id, raw_path) ON datasets TO :"reader";
GRANT SELECT (id, status, dataset_id, model_id, tokenized_path) ON dataset_tokenizations TO :"reader";
GRANT SELECT (id, status, output_path, metadata_path, saved_files) ON activation_extractions TO :"reader";
GRANT SELECT (id, status, checkpoint_dir) ON trainings TO :"reader";
GRANT SELECT (id, training_id, storage_path) ON checkpoints TO :"reader";
GRANT SELECT (id, status, local_path, sae_metadata, updated_at) ON external_saes TO :"reader";
GRANT SELECT (id, status, output_path) ON neuronpedia_export_jobs TO :"reader";
GRANT SELECT (id) ON labeling_jobs TO :"reader";
GRANT SELECT (id, status, store_path) ON circuit_capture_runs TO :"reader";
