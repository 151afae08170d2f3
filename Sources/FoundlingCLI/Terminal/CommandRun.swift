internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation
internal import Synchronization

/// Runs a command's work: shows progress, words errors, and turns them into an exit code.
struct CommandRun {
    let options: ManifestOptions
    /// Errors are JSON where the output is.
    let isJSON: Bool

    /// - Returns: what `body` returns.
    /// - Throws: `ExitCode`, after the error has been told.
    func callAsFunction<T>(_ body: (@escaping @Sendable (ScanProgress) -> Void) throws -> T) throws -> T {
        let line = ProgressLine(
            isShown: Terminal.isErrorInteractive && !options.quiet, keepsTimes: options.verbose)
        let started = DispatchTime.now()
        do {
            let result = try body { line.update($0) }
            line.finish()
            if options.verbose {
                let seconds = Double(DispatchTime.now().uptimeNanoseconds - started.uptimeNanoseconds) / 1e9
                let stages = line.times.map { String(format: "%@ %.2f s", $0.stage, $0.seconds) }
                Terminal.note(String(format: "took %.2f s: ", seconds) + stages.joined(separator: ", "))
            }
            guard !Interruption.isAlarmed.load(ordering: .relaxed) else { throw ExitCode(ExitStatus.partial.rawValue) }
            return result
        } catch let error as FoundlingError {
            Interruption.awaitEnd()
            line.finish()
            throw Self.tell(isJSON ? error : options.completed(error), isJSON: isJSON)
        } catch is Terminal.Gone {
            line.finish()
            throw ExitCode(ExitStatus.clean.rawValue)
        }
    }

    /// Words an error on standard error.
    static func tell(_ error: FoundlingError, isJSON: Bool) -> ExitCode {
        let report = ErrorReport(error, colour: Terminal.isErrorInteractive && Terminal.usesColour)
        Terminal.note(isJSON ? report.json : report.text)
        return ExitCode(error.code.exit.rawValue)
    }
}
