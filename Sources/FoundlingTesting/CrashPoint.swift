package import FoundlingSeam
internal import Foundation
internal import Glibc

/// One place in an act at which it can be cut short: the n-th passage of a named step.
package struct CrashPoint: Sendable, CustomStringConvertible {
    package let step: Step
    package let occurrence: Int

    package var description: String { "\(step.rawValue)@\(occurrence)" }

    /// Killed right before the step, and right after it.
    package var kills: [String] { ["before", "after"].map { "\(self):\($0)=kill" } }

    /// Failed with each error that this step may plausibly end with, as `FOUNDLING_FAULT` wants it.
    package var failures: [String] { step.plausibleErrors.map { "\(self):before=\($0)" } }

    /// The points of an act, read off the trace of an undisturbed one: nobody writes such a list by hand.
    package static func points(inTrace file: String) throws -> [CrashPoint] {
        var counts: [Step: Int] = [:]
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { line in
            guard let step = Step(rawValue: String(line)) else { throw UnknownStep(name: String(line)) }
            counts[step, default: 0] += 1
            return CrashPoint(step: step, occurrence: counts[step]!)
        }
    }

    /// A trace with a word that is no step.
    package struct UnknownStep: Error {
        package let name: String
    }
}

extension Step {
    /// What the kernel may say to such a call on a disk that is full, over its quota, broken, read-only, remote, or
    /// where somebody was faster. A new step does not compile before its errors are named.
    package var plausibleErrors: [Int32] {
        let always = [EIO, ESTALE]
        let writing = [ENOSPC, EDQUOT, EROFS]
        let opening = [EACCES, EMFILE, EINTR]
        return switch self {
        case .quarantineMake, .runMake, .parentMake: always + writing + [EACCES, ENOENT]
        case .quarantineSentinel, .lockWrite, .reserveMake, .receiptAppend, .undoAppend:
            always + writing + opening + [ENOENT]
        case .reserveRelease: always + [EROFS, EACCES, ENOENT]
        case .ledgerAppend: always + writing + opening
        case .quarantineSync, .receiptSync, .undoSync, .directorySync, .purgeSync: always + writing + [EINTR]
        case .itemMove, .itemReturn, .itemRestore, .purgeBegin, .purgeReturn:
            always + writing + [EACCES, EXDEV, ENOENT]
        case .purgeUnlink, .purgeRemoveDirectory: always + [EROFS, EACCES, ENOENT, EINTR, EDQUOT]
        case .catalogBegin, .catalogRun, .catalogCommit: [EIO]
        }
    }
}
