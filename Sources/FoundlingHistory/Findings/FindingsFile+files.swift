internal import CLinux
package import FoundlingCore
internal import FoundlingStore
internal import GRDB
internal import Glibc

/// One file takes the place of another.
extension FindingsFile {
    private static let prefix = "findings-"
    private static let ending = ".db"
    private static let unfinished = ".db.part"
    private static let damaged = ".db.damaged"

    /// Writes what a scan found, and removes what earlier ones left once the new file stands.
    ///
    /// There must be room for both. Where there is not, the earlier one is still the current one.
    ///
    /// - Parameters:
    ///   - id: the scan's: letters, digits, `-`, `_` and `.`.
    ///   - time: when the scan was, in nanoseconds since 1970.
    ///   - documents: texts of the scan that ``document(_:)`` gives back.
    ///   - previous: the file of the scan before: what it knew already keeps the time of when it was first seen.
    package static func write(
        in directory: String, id: String, time: Int64, documents: [String: String], rows: some Sequence<FindingRow>,
        previous: FindingsFile?
    ) throws(FoundlingError) -> FindingsFile {
        guard ScanName.isValid(id.utf8) else {
            throw FoundlingError(
                .system, "'\(Printable.escape(id))' is no name for a scan",
                hint: "this is a mistake in Foundling: please report it")
        }
        let state = try StateDirectory(making: directory)
        let part = prefix + id + unfinished
        let name = prefix + id + ending
        state.remove(part)
        let descriptor = try state.create(part)
        defer { _ = cl_close(descriptor) }
        do {
            let scan = FindingsWriter.Scan(id: id, time: time, documents: documents)
            try FindingsWriter.write(scan, rows, to: state.file(part), after: previous)
            let failed = cl_sync(descriptor)
            guard failed == 0 else { throw StateFault.refusal(-failed, "'\(state.file(part))' cannot be written") }
            try state.rename(part, to: name)
            try state.sync()
        } catch {
            state.remove(part)
            throw StateFault.explain(error, state.file(part))
        }
        let file: FindingsFile
        do { file = try FindingsFile(opening: state.file(name)) } catch {
            throw StateFault.explain(error, state.file(name))
        }
        // One that cannot be removed is older than this one, and goes with the next opening.
        for other in try state.names() where isComplete(other) && other != name { state.remove(other) }
        return file
    }

    /// The newest complete file; nil where there is none.
    ///
    /// - Parameter saying: told in a sentence of each file that could not be used.
    package static func current(
        in directory: String, saying: (String) -> Void = { _ in }
    ) throws(FoundlingError) -> FindingsFile? {
        guard let state = try StateDirectory(existing: directory) else { return nil }
        let names = try state.names()
        for name in names where isOurs(name, unfinished) && state.isLeftover(name) { state.remove(name) }
        var newest: FindingsFile?
        for name in names.sorted() where isComplete(name) {
            guard let file = try open(name, in: state, saying) else { continue }
            if let known = newest, known.time > file.time { continue }
            newest = file
        }
        guard let newest else { return nil }
        for name in names where isComplete(name) && state.file(name) != newest.file { state.remove(name) }
        return newest
    }

    /// nil where the file is not what it should be; then it is out of the way, and only the last such one is kept.
    private static func open(
        _ name: String, in state: StateDirectory, _ saying: (String) -> Void
    ) throws(FoundlingError) -> FindingsFile? {
        let shown = Printable.escape(state.file(name))
        do { return try FindingsFile(opening: state.file(name)) } catch is OtherVersion {
            saying(
                "'\(shown)' was written by another version of Foundling: findings are shown again after the next scan")
            return nil
        } catch {
            guard StateFault.isDamage(error) else { throw StateFault.explain(error, state.file(name)) }
            let kept = String(name.dropLast(ending.count)) + damaged
            for other in try state.names() where isOurs(other, damaged) { state.remove(other) }
            try state.rename(name, to: kept)
            saying(
                "'\(shown)' was damaged, and is kept as '\(Printable.escape(kept))': findings are shown again after the next scan"
            )
            return nil
        }
    }

    private static func isComplete(_ name: String) -> Bool { isOurs(name, ending) }

    private static func isOurs(_ name: String, _ ending: String) -> Bool {
        guard name.hasPrefix(prefix), name.hasSuffix(ending) else { return false }
        return ScanName.isValid(name.utf8.dropFirst(prefix.utf8.count).dropLast(ending.utf8.count))
    }
}
