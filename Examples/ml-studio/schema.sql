-- The tables of a machine-learning studio that own files, and their neighbours: tables through whose foreign keys rows
-- vanish, and tables that hold secrets. PostgreSQL 13 or newer, into an empty database.
--
-- 'path' marks a column that says where files are, and what is odd about it. One database spells the data directory in
-- three ways: /data/… by rows written in a container, data/… by old rows, and as an absolute path of the host.

CREATE TYPE modelstatus AS ENUM ('DOWNLOADING', 'LOADING', 'QUANTIZING', 'READY', 'ERROR');
CREATE TYPE quantizationformat AS ENUM ('FP32', 'FP16', 'Q8', 'Q4', 'Q2');
CREATE TYPE dataset_status_enum AS ENUM ('DOWNLOADING', 'PROCESSING', 'READY', 'ERROR');
CREATE TYPE tokenization_status_enum AS ENUM ('QUEUED', 'PROCESSING', 'READY', 'ERROR');
CREATE TYPE extractionstatus AS ENUM
    ('QUEUED', 'LOADING', 'EXTRACTING', 'SAVING', 'COMPLETED', 'FAILED', 'CANCELLED');
-- These two are in lower case, and the statuses of trainings, saes, labelling and captures are plain text.
CREATE TYPE extraction_status_enum AS ENUM ('queued', 'extracting', 'completed', 'failed', 'cancelled');
CREATE TYPE export_status AS ENUM ('pending', 'computing', 'packaging', 'completed', 'failed', 'cancelled');

CREATE TABLE models (
    id varchar(255) PRIMARY KEY,                    -- m_ and 8 hexadecimal digits
    name varchar(255) NOT NULL,
    repo_id varchar(255),
    status modelstatus NOT NULL,
    quantization quantizationformat NOT NULL,
    file_path varchar(1000),                        -- path: the folder, or a snapshot in the hub cache below it
    quantized_path varchar(1000),                   -- path: filled in, and nothing ever writes that folder
    disk_size_bytes bigint,                         -- follows links: about twice the truth
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE datasets (
    id uuid PRIMARY KEY,                            -- in no folder's name
    name varchar(255) NOT NULL,
    source varchar(50) NOT NULL,                    -- HuggingFace or Local
    hf_repo_id varchar(255),                        -- the folder is named by it; not unique
    status dataset_status_enum NOT NULL,
    raw_path varchar(512),                          -- path: written when the download is over
    metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE dataset_tokenizations (
    id varchar(255) PRIMARY KEY,                    -- tok_{uuid without dashes}_{model}[_{max_length}]
    dataset_id uuid NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    model_id varchar(255) NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    max_length integer NOT NULL,
    tokenized_path varchar(512),                    -- path: without max_length, so that rows share a folder
    status tokenization_status_enum NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (dataset_id, model_id, max_length)
);

CREATE TABLE activation_extractions (
    id varchar(255) PRIMARY KEY,                    -- ext_{model}_{YYYYmmdd}_{HHMMSS}
    model_id varchar(255) NOT NULL REFERENCES models (id),
    dataset_id varchar(255) NOT NULL,               -- a uuid kept as text, without a foreign key
    status extractionstatus NOT NULL,
    output_path varchar(1000),                      -- path
    metadata_path varchar(1000),                    -- path
    saved_files varchar[],                          -- paths: file names in output_path
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE trainings (
    id varchar(255) PRIMARY KEY,                    -- train_ and 8 hexadecimal digits
    model_id varchar(255) NOT NULL REFERENCES models (id) ON DELETE RESTRICT,
    extraction_id varchar(255) REFERENCES activation_extractions (id) ON DELETE RESTRICT,
    extraction_ids jsonb DEFAULT '[]',
    dataset_id varchar(255),
    dataset_ids jsonb NOT NULL DEFAULT '[]',        -- uuids as text, without a foreign key
    status varchar(50) NOT NULL,
    hyperparameters jsonb NOT NULL DEFAULT '{}',
    checkpoint_dir varchar(1000),                   -- path: a child of the folder that is owned
    logs_path varchar(1000),                        -- never set
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE checkpoints (
    id varchar(255) PRIMARY KEY,                    -- ckpt_ and 8 hexadecimal digits
    training_id varchar(255) NOT NULL REFERENCES trainings (id) ON DELETE CASCADE,
    step integer NOT NULL,
    storage_path varchar(1000) NOT NULL,            -- path: a file; one row for each layer and hook of a step
    file_size_bytes bigint,                         -- NULL in practice
    is_best boolean NOT NULL DEFAULT false,
    extra_metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE training_metrics (
    id bigserial PRIMARY KEY,
    training_id varchar(255) NOT NULL REFERENCES trainings (id) ON DELETE CASCADE,
    step integer NOT NULL,
    loss double precision NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE external_saes (
    id varchar(255) PRIMARY KEY,                    -- sae_ and 12 hexadecimal digits
    name varchar(255) NOT NULL,
    source varchar(50) NOT NULL,                    -- huggingface, local or trained
    training_id varchar(255) REFERENCES trainings (id) ON DELETE SET NULL,
    model_id varchar(255) REFERENCES models (id) ON DELETE SET NULL,
    status varchar(50) NOT NULL,                    -- with 'deleted', which has meant two opposite things
    local_path varchar(1000),                       -- path: the folder, up to three levels below it, or a file
    sae_metadata jsonb NOT NULL DEFAULT '{}',       -- paths: backup_path; original_path is a person's own file
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE extraction_jobs (
    id varchar(255) PRIMARY KEY,                    -- extr_{time}_sae_{first 8 of the sae's id}
    external_sae_id varchar(255) REFERENCES external_saes (id) ON DELETE CASCADE,
    training_id varchar(255),                       -- the foreign key was dropped: rows outlive their training
    status extraction_status_enum NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE features (
    id varchar(255) PRIMARY KEY,
    extraction_job_id varchar(255) NOT NULL REFERENCES extraction_jobs (id) ON DELETE CASCADE,
    external_sae_id varchar(255) REFERENCES external_saes (id) ON DELETE CASCADE,
    training_id varchar(255),
    neuron_index integer NOT NULL,
    label varchar(500)
);

-- The largest table, in parts: whatever stands beside it must leave partitions, keys and cascades alone.
CREATE TABLE feature_activations (
    id bigserial,
    feature_id varchar(255) NOT NULL REFERENCES features (id) ON DELETE CASCADE,
    sample_index integer NOT NULL,
    max_activation double precision NOT NULL,
    PRIMARY KEY (id, feature_id)
) PARTITION BY RANGE (feature_id);

DO $$
DECLARE
    digits CONSTANT text := '0123456789abcdefg';
BEGIN
    FOR i IN 1..16 LOOP
        EXECUTE format(
            'CREATE TABLE feature_activations_p%s PARTITION OF feature_activations FOR VALUES FROM (%L) TO (%L)',
            i - 1, 'feat_' || substr(digits, i, 1), 'feat_' || substr(digits, i + 1, 1));
    END LOOP;
END $$;
CREATE TABLE feature_activations_default PARTITION OF feature_activations DEFAULT;

CREATE TABLE neuronpedia_export_jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sae_id varchar(255) NOT NULL,                   -- no foreign key
    status export_status NOT NULL DEFAULT 'pending',
    output_path text,                               -- path: a zip; a folder named by the id while it is made
    created_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);

CREATE TABLE labeling_jobs (
    id varchar(255) PRIMARY KEY,                    -- label_{extraction job}_{time}; no column says where files are
    extraction_job_id varchar(255) NOT NULL REFERENCES extraction_jobs (id) ON DELETE CASCADE,
    status varchar(50) NOT NULL,
    openai_api_key varchar(500),                    -- a secret in clear: no manifest has a reason to name it
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE circuit_capture_runs (
    id varchar(36) PRIMARY KEY,                     -- cap_ and 12 hexadecimal digits
    status varchar(50) NOT NULL,
    store_path varchar(1000),                       -- path: stays on failed rows
    manifest jsonb,                                 -- ids, no paths
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE task_queue (
    id varchar(255) PRIMARY KEY,
    task_type varchar(50) NOT NULL,
    entity_id varchar(255) NOT NULL,
    status varchar(50) NOT NULL,
    retry_params json,                              -- holds access tokens in clear
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON checkpoints (training_id, step);
CREATE INDEX ON features (extraction_job_id);
CREATE UNIQUE INDEX one_running_export ON neuronpedia_export_jobs (sae_id)
    WHERE status IN ('pending', 'computing', 'packaging');
