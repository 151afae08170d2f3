package import FoundlingCore
internal import Foundation
internal import GRDB

/// The machine-learning studio that Foundling began with, made of sparse files: its directories, rows and sizes.
///
/// 45 training directories and 1 row, 43 dataset directories and 4 rows, one activation, two models. Sparse files
/// show the sizes of the real ones and occupy next to nothing.
package struct DemoWorld: Sendable {
    /// Where it lies.
    package let directory: String
    package var manifest: String { directory + "/foundling.yaml" }

    /// The file by which a demo knows its own directory again.
    private static let marker = ".foundling-demo"
    private static let markerText = "Made by `foundling demo`; it may remove what lies beside this file.\n"

    /// Makes the world in `directory`, which must not exist or be one that a demo made before.
    package static func make(in directory: String) throws(FoundlingError) -> DemoWorld {
        let path = URL(fileURLWithPath: directory).standardizedFileURL.path
        try claim(path)
        do {
            let world = DemoWorld(directory: path)
            try world.makeFiles()
            try world.makeDatabase()
            try Data(manifestText.utf8).write(to: URL(fileURLWithPath: world.manifest))
            return world
        } catch {
            throw FoundlingError(
                .system, "the demo world could not be made in '\(Printable.escape(path))': \(error)",
                hint: "choose another directory: foundling demo DIR")
        }
    }

    /// Empties a directory that a demo made, or makes a new one; touches no other.
    private static func claim(_ path: String) throws(FoundlingError) {
        let files = FileManager.default
        // By the link itself: a link is nothing a demo made, wherever it leads.
        if let attributes = try? files.attributesOfItem(atPath: path) {
            let text = try? String(contentsOfFile: path + "/" + marker, encoding: .utf8)
            guard attributes[.type] as? FileAttributeType == .typeDirectory, text == markerText else {
                throw FoundlingError(
                    .demoForeignDirectory, "'\(Printable.escape(path))' exists and was not made by a demo: left alone",
                    hint: "name a directory that does not exist yet: foundling demo DIR")
            }
        }
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            for name in ["data", "app.db", "app.db-wal", "app.db-shm", "app.db-journal", "foundling.yaml"] {
                let item = path + "/" + name
                if (try? files.attributesOfItem(atPath: item)) != nil { try files.removeItem(atPath: item) }
            }
            try Data(markerText.utf8).write(to: URL(fileURLWithPath: path + "/" + marker))
        } catch {
            throw FoundlingError(
                .system, "'\(Printable.escape(path))' could not be prepared: \(error.localizedDescription)",
                hint: "choose a directory you may write to: foundling demo DIR")
        }
    }

    // MARK: Files

    private func makeFiles() throws {
        let figures = DemoFigures.standard
        for training in figures.trainings {
            try sparse(
                "trainings/\(training.name)/checkpoints/checkpoint_10000/layer_0/checkpoint.safetensors", training.bytes
            )
        }
        for dataset in figures.datasets {
            try sparse("datasets/\(dataset.name)/data-00000-of-00001.arrow", dataset.bytes)
        }
        for activation in figures.activations {
            try sparse("activations/\(activation.name)/layer_12_residual.npy", activation.bytes)
        }
        for model in figures.models { try sparse("models/raw/\(model.name)/model.safetensors", model.bytes) }
    }

    /// A file of `bytes` bytes that occupies none.
    private func sparse(_ path: String, _ bytes: UInt64) throws {
        let url = URL(fileURLWithPath: "\(directory)/data/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: url)
        let handle = try FileHandle(forWritingTo: url)
        defer { try? handle.close() }
        try handle.truncate(atOffset: bytes)
    }

    // MARK: Rows

    private func makeDatabase() throws {
        let figures = DemoFigures.standard
        let queue = try DatabaseQueue(path: directory + "/app.db")
        try queue.write { database in
            try database.execute(sql: Self.schema)
            for training in figures.trainings where training.isLive {
                try database.execute(
                    sql: "INSERT INTO trainings VALUES (?, 'completed', ?)",
                    arguments: [training.name, "/data/trainings/\(training.name)/checkpoints"])
            }
            for (number, dataset) in figures.datasets.filter(\.isLive).enumerated() {
                try database.execute(
                    sql: "INSERT INTO datasets VALUES (?, ?, 'READY', ?)",
                    arguments: [
                        "0d5c4a1e-7b1f-4c55-9a3e-00000000000\(number)", dataset.source, "data/datasets/\(dataset.name)",
                    ])
            }
            for activation in figures.activations {
                try database.execute(
                    sql: "INSERT INTO activation_extractions VALUES (?, 'COMPLETED', ?)",
                    arguments: [activation.name, "/data/activations/\(activation.name)"])
            }
            for model in figures.models {
                try database.execute(
                    sql: "INSERT INTO models VALUES (?, 'READY', ?)",
                    arguments: [model.name, "/data/models/raw/\(model.name)"])
            }
        }
        try queue.close()
    }

    private static let schema = """
        CREATE TABLE trainings (id TEXT PRIMARY KEY, status TEXT NOT NULL, checkpoint_dir TEXT);
        CREATE TABLE datasets (id TEXT PRIMARY KEY, hf_repo_id TEXT, status TEXT NOT NULL, raw_path TEXT);
        CREATE TABLE activation_extractions (id TEXT PRIMARY KEY, status TEXT NOT NULL, output_path TEXT);
        CREATE TABLE models (id TEXT PRIMARY KEY, status TEXT NOT NULL, file_path TEXT);
        """

    private static let manifestText = """
        # What is compared with what, and how careful to be. Written by `foundling demo`.
        database:
          url: sqlite:app.db
        store:
          root: data
          aliases: [/data, data]          # the application records paths as its container sees them
        safety:
          min_age: 0s                     # only because this world was made a moment ago; keep 24h for a real one
        resources:
          trainings:
            entries: trainings/*
            shape: '^(?<key>train_[0-9a-f]{8})$'
            kind: [directory, symlink]
            records:
              - table: trainings
                key: id
                claims: ["trainings/{id}", "{checkpoint_dir}"]
                making: status IN ('pending', 'initializing', 'running', 'paused')
                requires: ["{checkpoint_dir}"]
                requires_when: status = 'completed'
          datasets:
            entries: datasets/*
            except: [datasets/downloads, datasets/local]
            records:
              - table: datasets
                key: id
                claims: ["{raw_path}", { sql: "'datasets/' || replace(hf_repo_id, '/', '_')" }]
                making: status IN ('DOWNLOADING', 'PROCESSING')
                requires: ["{raw_path}"]
                requires_when: status = 'READY'
          activations:
            entries: activations/*
            shape: '^(?<key>ext_.+)$'
            records:
              - { table: activation_extractions, key: id, claims: ["activations/{id}", "{output_path}"] }
          models:
            entries: models/raw/*
            shape: '^(?<key>m_[0-9a-f]{8})$'
            records:
              - { table: models, key: id, claims: ["models/raw/{id}", "{file_path}"], requires: ["{file_path}"] }

        """
}
