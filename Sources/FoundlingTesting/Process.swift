internal import Foundation

/// The real program, run as a child.
package struct Program {
    /// What a run left behind.
    package struct Outcome: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// `foundling`, as it was built beside these tests.
    package static var path: String {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appendingPathComponent("foundling").path
    }

    /// Runs the program and waits for its end.
    ///
    /// - Parameter asNobody: as an unprivileged user, where these tests run as root: permissions mean nothing to root.
    package static func run(
        _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:], asNobody: Bool = false
    ) throws -> Outcome {
        let becomesNobody = asNobody && geteuid() == 0
        return try execute(
            becomesNobody ? "/usr/bin/setpriv" : path,
            (becomesNobody ? ["--reuid=65534", "--regid=65534", "--clear-groups", path] : []) + arguments,
            in: directory,
            environment: environment)
    }

    /// Starts the program and leaves it at work.
    package static func start(
        _ arguments: [String], in directory: String, environment: [String: String] = [:]
    ) throws -> Running {
        try Running(path, arguments, in: directory, environment)
    }

    /// A program at work; what it says goes into files.
    package final class Running {
        private let process = Process()
        private let scratch: URL

        init(_ program: String, _ arguments: [String], in directory: String, _ environment: [String: String]) throws {
            scratch = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: directory)
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            process.standardInput = FileHandle.nullDevice
            for name in ["out", "err"] { try Data().write(to: scratch.appendingPathComponent(name)) }
            process.standardOutput = try FileHandle(forWritingTo: scratch.appendingPathComponent("out"))
            process.standardError = try FileHandle(forWritingTo: scratch.appendingPathComponent("err"))
            try process.run()
        }

        deinit {
            if process.isRunning { process.terminate() }
            try? FileManager.default.removeItem(at: scratch)
        }

        package var errors: String {
            (try? String(contentsOf: scratch.appendingPathComponent("err"), encoding: .utf8)) ?? ""
        }
        package var status: Int32 { process.terminationStatus }
        package var isRunning: Bool { process.isRunning }
        package var processID: Int32 { process.processIdentifier }
        package func send(_ signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }
        /// SIGTERM.
        package func terminate() { if process.isRunning { process.terminate() } }
        package func waitUntilExit() { process.waitUntilExit() }
    }

    /// Runs any program.
    package static func execute(
        _ program: String, _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:]
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        // Files rather than pipes: a full pipe would stop the child.
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let (output, errors) = (scratch.appendingPathComponent("out"), scratch.appendingPathComponent("err"))
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        // As a shell says it: a crash must not look like an exit code.
        let isKilled = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: process.terminationStatus + (isKilled ? 128 : 0),
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
