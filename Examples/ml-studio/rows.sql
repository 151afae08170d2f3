-- The rows that go with make-store: psql --set root=/absolute/path/of/data --set elsewhere=/path/of/elsewhere.
-- What has no row here was deleted: each deletion left the files behind that expected.txt lists.

BEGIN;

INSERT INTO models (id, name, repo_id, status, quantization, file_path, quantized_path) VALUES
    -- A snapshot below the directory that is owned.
    ('m_3f2a91c4', 'gemma-2-2b', 'google/gemma-2-2b', 'READY', 'Q4',
        '/data/models/raw/m_3f2a91c4/models--google--gemma-2-2b/snapshots/9f1c',
        '/data/models/quantized/m_3f2a91c4_Q4'),
    -- quantized_path is filled in for every format but FP32, and nothing writes there: not dangling, by design.
    ('m_be11e0e1', 'pythia-70m', 'EleutherAI/pythia-70m', 'READY', 'FP16',
        'data/models/raw/m_be11e0e1', '/data/models/quantized/m_be11e0e1_FP16'),
    ('m_0c5d77a2', 'llama', 'meta/llama', 'DOWNLOADING', 'FP32', NULL, NULL),
    ('m_9d40e1b7', 'failed', 'org/failed', 'ERROR', 'FP32', '/data/models/raw/m_9d40e1b7', NULL),
    -- The old copy was removed for a new download, which failed: dangling.
    ('m_7e7e1234', 'lost', 'org/lost', 'READY', 'FP32', '/data/models/raw/m_7e7e1234', NULL),
    -- Only tokenizations refer to it, which go when it goes.
    ('m_c0de5a1e', 'phi', 'microsoft/phi', 'READY', 'Q8', '/data/models/raw/m_c0de5a1e',
        '/data/models/quantized/m_c0de5a1e_Q8');

INSERT INTO datasets (id, name, source, hf_repo_id, status, raw_path) VALUES
    ('d0000000-0000-4000-8000-000000000001', 'openwebtext_en', 'HuggingFace', 'vietgpt/openwebtext_en', 'READY',
        'data/datasets/vietgpt_openwebtext_en'),
    -- The library's copy is the dataset.
    ('d0000000-0000-4000-8000-000000000002', 'TinyStories', 'HuggingFace', 'roneneldan/TinyStories', 'READY',
        'data/datasets/roneneldan___tiny_stories'),
    ('d0000000-0000-4000-8000-000000000003', 'hh-rlhf', 'HuggingFace', 'Anthropic/hh-rlhf', 'READY',
        :'root' || '/datasets/Anthropic_hh-rlhf'),
    -- Gone, and the library's copy serves reads in its place: neither dangling nor an orphan.
    ('d0000000-0000-4000-8000-000000000004', 'openwebtext', 'HuggingFace', 'Skylion007/openwebtext', 'READY',
        '/data/datasets/Skylion007_openwebtext'),
    ('d0000000-0000-4000-8000-00000000000d', 'TheStack', 'HuggingFace', 'bigcode/TheStack', 'READY',
        '/data/datasets/bigcode_TheStack'),
    ('d0000000-0000-4000-8000-000000000005', 'c4', 'HuggingFace', 'allenai/c4', 'DOWNLOADING', NULL),
    ('d0000000-0000-4000-8000-000000000006', 'FineWeb-Edu', 'HuggingFace', 'HuggingFaceFW/FineWeb-Edu', 'PROCESSING',
        NULL),
    -- Two repositories, one directory.
    ('d0000000-0000-4000-8000-000000000007', 'orca_slim', 'HuggingFace', 'open/orca_slim', 'READY',
        '/data/datasets/open_orca_slim'),
    ('d0000000-0000-4000-8000-000000000008', 'slim', 'HuggingFace', 'open_orca/slim', 'READY',
        '/data/datasets/open_orca_slim/'),
    ('d0000000-0000-4000-8000-000000000009', 'wiki', 'Local', NULL, 'READY', :'elsewhere' || '/wiki'),
    ('d0000000-0000-4000-8000-00000000000a', 'interviews', 'Local', NULL, 'READY', './data/datasets/local/interviews'),
    ('d0000000-0000-4000-8000-00000000000b', 'pile', 'HuggingFace', 'EleutherAI/pile', 'READY',
        '/data/datasets/EleutherAI_pile'),
    -- Written on another host, whose data directory nobody named: dangling here, and a near miss of wikitext_raw.
    ('d0000000-0000-4000-8000-00000000000c', 'wikitext', 'Local', NULL, 'READY',
        '/home/ann/studio/data/datasets/wikitext_raw');

INSERT INTO dataset_tokenizations (id, dataset_id, model_id, max_length, status, tokenized_path) VALUES
    -- The path leaves out max_length: two rows, one directory.
    ('tok_1_m_3f2a91c4_512', 'd0000000-0000-4000-8000-000000000001', 'm_3f2a91c4', 512, 'READY',
        '/data/datasets/vietgpt_openwebtext_en_tokenized_m_3f2a91c4'),
    ('tok_1_m_3f2a91c4_1024', 'd0000000-0000-4000-8000-000000000001', 'm_3f2a91c4', 1024, 'READY',
        '/data/datasets/vietgpt_openwebtext_en_tokenized_m_3f2a91c4'),
    ('tok_1_m_be11e0e1_512', 'd0000000-0000-4000-8000-000000000001', 'm_be11e0e1', 512, 'PROCESSING', NULL),
    ('tok_3_m_3f2a91c4', 'd0000000-0000-4000-8000-000000000003', 'm_3f2a91c4', 512, 'READY',
        'data/datasets/Anthropic_hh-rlhf_tokenized'),
    -- Another row shared its directory, and was deleted with it: dangling.
    ('tok_3_m_be11e0e1_512', 'd0000000-0000-4000-8000-000000000003', 'm_be11e0e1', 512, 'READY',
        '/data/datasets/Anthropic_hh-rlhf_tokenized_m_be11e0e1'),
    -- Two rows of one model share a directory, and the third one shares another model's.
    ('tok_2_m_c0de5a1e_512', 'd0000000-0000-4000-8000-000000000002', 'm_c0de5a1e', 512, 'READY',
        '/data/datasets/roneneldan_TinyStories_tokenized_m_c0de5a1e'),
    ('tok_2_m_c0de5a1e_1024', 'd0000000-0000-4000-8000-000000000002', 'm_c0de5a1e', 1024, 'READY',
        '/data/datasets/roneneldan_TinyStories_tokenized_m_c0de5a1e'),
    ('tok_3_m_c0de5a1e', 'd0000000-0000-4000-8000-000000000003', 'm_c0de5a1e', 512, 'READY',
        '/data/datasets/Anthropic_hh-rlhf_tokenized');

INSERT INTO activation_extractions (id, model_id, dataset_id, status, output_path, metadata_path, saved_files) VALUES
    ('ext_m_3f2a91c4_20260110_142311', 'm_3f2a91c4', 'd0000000-0000-4000-8000-000000000001', 'COMPLETED',
        '/data/activations/ext_m_3f2a91c4_20260110_142311',
        '/data/activations/ext_m_3f2a91c4_20260110_142311/metadata.json',
        ARRAY['layer_6_resid.npy', 'layer_12_resid.npy']),
    -- One array and the metadata are gone: dangling twice, and the directory stays its own.
    ('ext_m_3f2a91c4_20260111_091500', 'm_3f2a91c4', 'd0000000-0000-4000-8000-000000000001', 'COMPLETED',
        :'root' || '/activations/ext_m_3f2a91c4_20260111_091500',
        :'root' || '/activations/ext_m_3f2a91c4_20260111_091500/metadata.json',
        ARRAY['layer_6_resid.npy', 'layer_12_resid.npy']),
    ('ext_m_be11e0e1_20260112_090000', 'm_be11e0e1', 'd0000000-0000-4000-8000-000000000001', 'SAVING',
        NULL, NULL, NULL),
    ('ext_m_be11e0e1_20260113_100000', 'm_be11e0e1', 'd0000000-0000-4000-8000-000000000001', 'FAILED',
        NULL, NULL, NULL);

INSERT INTO trainings (id, model_id, extraction_id, dataset_id, status, checkpoint_dir) VALUES
    ('train_36766f85', 'm_3f2a91c4', 'ext_m_3f2a91c4_20260110_142311', NULL, 'completed',
        '/data/trainings/train_36766f85/checkpoints'),
    ('train_5b7e02d1', 'm_3f2a91c4', NULL, NULL, 'completed', 'data/trainings/train_5b7e02d1/checkpoints'),
    ('train_fa11ed00', 'm_be11e0e1', NULL, NULL, 'failed', :'root' || '/trainings/train_fa11ed00/checkpoints'),
    ('train_c0ffee01', 'm_be11e0e1', NULL, NULL, 'running', NULL),
    ('train_9a05ed00', 'm_be11e0e1', NULL, NULL, 'paused', '/data/trainings/train_9a05ed00/checkpoints'),
    ('train_a11ce5ed', 'm_be11e0e1', NULL, NULL, 'initializing', NULL),
    -- Its directory is a link to another disk.
    ('train_0ddba115', 'm_3f2a91c4', NULL, NULL, 'completed', '/data/trainings/train_0ddba115/checkpoints'),
    -- Completed, and its files are gone: dangling. Of the failed and the pending one nothing is missed.
    ('train_dead0001', 'm_3f2a91c4', NULL, NULL, 'completed', '/data/trainings/train_dead0001/checkpoints'),
    ('train_dead0002', 'm_3f2a91c4', NULL, NULL, 'failed', '/data/trainings/train_dead0002/checkpoints'),
    ('train_dead0003', 'm_3f2a91c4', NULL, NULL, 'pending', NULL);

-- One row for each layer of a step, each naming a file.
INSERT INTO checkpoints (id, training_id, step, storage_path)
SELECT 'ckpt_' || lpad(to_hex(row_number() OVER ()), 8, '0'), training, step,
    prefix || 'trainings/' || training || '/checkpoints/checkpoint_' || step || '/layer_' || layer
        || '/checkpoint.safetensors'
FROM (VALUES
    -- Step 500 was pruned and its row is still there: dangling. Step 2000 lost a layer with its row. 3000: no row.
    ('train_36766f85', 500, 6, '/data/'),
    ('train_36766f85', 1000, 6, '/data/'),
    ('train_36766f85', 1000, 12, '/data/'),
    ('train_36766f85', 2000, 6, '/data/'),
    ('train_5b7e02d1', 1000, 6, 'data/'),
    ('train_5b7e02d1', 1000, 12, 'data/'),
    ('train_fa11ed00', 500, 6, :'root' || '/'),
    ('train_fa11ed00', 500, 12, :'root' || '/'),
    ('train_fa11ed00', 600, 6, :'root' || '/'),
    ('train_fa11ed00', 600, 12, :'root' || '/'),
    ('train_0ddba115', 1000, 6, '/data/'),
    -- Recorded, and not written yet: its training runs.
    ('train_9a05ed00', 200, 6, '/data/')
) AS kept (training, step, layer, prefix);

INSERT INTO external_saes (id, name, source, training_id, model_id, status, local_path, sae_metadata, updated_at) VALUES
    ('sae_0a1b2c3d4e5f', 'trained', 'trained', 'train_36766f85', 'm_3f2a91c4', 'ready', '/data/saes/sae_0a1b2c3d4e5f',
        '{"backup_path": "/data/saes/sae_0a1b2c3d4e5f_backup_community"}', now()),
    -- Three levels below the directory that is owned.
    ('sae_111111111111', 'scope', 'huggingface', NULL, 'm_3f2a91c4', 'ready',
        'data/saes/sae_111111111111/layer_12/width_16k/average_l0_82',
        '{"files_downloaded": ["layer_12/width_16k/average_l0_82/params.npz"]}', now()),
    ('sae_222222222222', 'one file', 'huggingface', NULL, NULL, 'ready', '/data/saes/sae_222222222222/params.npz', '{}',
        now()),
    ('sae_333333333333', 'on its way', 'huggingface', NULL, NULL, 'downloading', NULL, '{}', now()),
    ('sae_888888888888', 'imported', 'local', NULL, NULL, 'ready', '/data/saes/sae_888888888888',
        jsonb_build_object('original_path', :'elsewhere' || '/home/ann/my-sae.npz'), now()),
    ('sae_aaaaaaaaaaaa', 'lost', 'huggingface', NULL, NULL, 'ready', '/data/saes/sae_aaaaaaaaaaaa', '{}', now()),
    -- Deleted: a year ago with its files kept, a moment ago, and a year ago with its files gone.
    ('sae_444444444444', 'old', 'huggingface', NULL, NULL, 'deleted', '/data/saes/sae_444444444444', '{}',
        now() - interval '1 year'),
    ('sae_666666666666', 'just now', 'huggingface', NULL, NULL, 'deleted', '/data/saes/sae_666666666666', '{}', now()),
    ('sae_777777777777', 'gone', 'huggingface', NULL, NULL, 'deleted', '/data/saes/sae_777777777777', '{}',
        now() - interval '1 year');

INSERT INTO neuronpedia_export_jobs (id, sae_id, status, output_path) VALUES
    ('10000000-0000-4000-8000-000000000001', 'sae_0a1b2c3d4e5f', 'completed',
        '/data/exports/neuronpedia/neuronpedia_export_10000000-0000-4000-8000-000000000001.zip'),
    ('10000000-0000-4000-8000-000000000002', 'sae_0a1b2c3d4e5f', 'computing', NULL),
    ('10000000-0000-4000-8000-000000000003', 'sae_0a1b2c3d4e5f', 'failed', NULL),
    ('10000000-0000-4000-8000-000000000004', 'sae_0a1b2c3d4e5f', 'completed',
        'data/exports/neuronpedia/neuronpedia_export_10000000-0000-4000-8000-000000000004.zip');

-- Rows that own no files, through which others vanish.
INSERT INTO extraction_jobs (id, external_sae_id, training_id, status) VALUES
    ('extr_20260114_090000_sae_0a1b2c3d', 'sae_0a1b2c3d4e5f', 'train_36766f85', 'completed');
INSERT INTO features (id, extraction_job_id, external_sae_id, training_id, neuron_index) VALUES
    ('feat_3f_17', 'extr_20260114_090000_sae_0a1b2c3d', 'sae_0a1b2c3d4e5f', 'train_36766f85', 17);
INSERT INTO feature_activations (feature_id, sample_index, max_activation) VALUES ('feat_3f_17', 0, 4.2);
INSERT INTO training_metrics (training_id, step, loss) VALUES ('train_36766f85', 1000, 0.31);

INSERT INTO labeling_jobs (id, extraction_job_id, status, openai_api_key) VALUES
    ('label_extr_20260114_090000_sae_0a1b2c3d_20260115_101000', 'extr_20260114_090000_sae_0a1b2c3d', 'completed',
        'sk-not-a-real-key');
INSERT INTO task_queue (id, task_type, entity_id, status, retry_params) VALUES
    ('task_1', 'download', 'm_0c5d77a2', 'queued', '{"access_token": "hf_not-a-real-token"}');

INSERT INTO circuit_capture_runs (id, status, store_path) VALUES
    ('cap_cda1e1da6a0a', 'completed', '/data/circuit_captures/cap_cda1e1da6a0a'),
    ('cap_0f0f0f0f0f0f', 'running', NULL),
    -- The path stays on a failed row whose files were removed; it is missed on a completed one.
    ('cap_111111111111', 'failed', '/data/circuit_captures/cap_111111111111'),
    ('cap_222222222222', 'completed', '/data/circuit_captures/cap_222222222222');

-- Rows that were made again, under a new id: only a path tells what they own.
INSERT INTO trainings (id, model_id, status, checkpoint_dir) VALUES
    ('train_2e2e0000', 'm_3f2a91c4', 'completed', '/data/trainings/train_01d1d000/checkpoints');
INSERT INTO models (id, name, status, quantization, file_path) VALUES
    ('m_2e2e0000', 'imported', 'READY', 'FP32', '/data/models/raw/m_01d1d000');
INSERT INTO activation_extractions (id, model_id, dataset_id, status, output_path) VALUES
    ('ext_m_be11e0e1_20260114_080001', 'm_be11e0e1', 'd0000000-0000-4000-8000-000000000001', 'COMPLETED',
        '/data/activations/ext_m_be11e0e1_20260114_080000');
INSERT INTO external_saes (id, name, source, status, local_path) VALUES
    ('sae_2e2e00000000', 'imported', 'local', 'ready', '/data/saes/sae_01d1d0000000');
INSERT INTO neuronpedia_export_jobs (id, sae_id, status, output_path) VALUES
    ('10000000-0000-4000-8000-000000000007', 'sae_2e2e00000000', 'completed',
        '/data/exports/neuronpedia/neuronpedia_export_10000000-0000-4000-8000-000000000006.zip');
INSERT INTO circuit_capture_runs (id, status, store_path) VALUES
    ('cap_2e2e00000000', 'completed', '/data/circuit_captures/cap_01d1d0000000');

COMMIT;
ANALYZE;
