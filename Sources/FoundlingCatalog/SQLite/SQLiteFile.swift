internal import CLinux
internal import FoundlingCore
internal import Foundation
internal import Glibc

/// Looks at a database file before SQLite does: SQLite would create a missing one and call an empty one a database.
enum SQLiteFile {
    /// What stays the same while an application works with its file, and differs once another file took its place: a
    /// backup that was put back is another file.
    static func identity(of path: String) -> String? {
        var status = cl_stat()
        guard cl_stat_at(AT_FDCWD, path, 1, &status) == 0 else { return nil }
        // An inode's number is given to the next file as soon as it is free.
        return "inode \(status.inode), born \(status.born)"
    }

    /// How often the file was changed, as its header counts: it never falls, unless an older copy was written over it.
    ///
    /// The offset is that of SQLite's file format, section 1.3.7.
    static func changes(of path: String) -> Int64? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard (try? handle.seek(toOffset: 24)) != nil, let bytes = try? handle.read(upToCount: 4), bytes.count == 4
        else { return nil }
        return bytes.reduce(0) { $0 << 8 | Int64($1) }
    }

    static func check(_ path: String) throws(FoundlingError) {
        let shown = Printable.escape(path)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw FoundlingError(
                .catalogMissing, "there is no database at '\(shown)'",
                hint: "correct database.url; a relative path is relative to the manifest")
        }
        guard !isDirectory.boolValue else {
            throw FoundlingError(
                .catalogCorrupt, "'\(shown)' is a directory, not an SQLite database", hint: "name the file in it")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FoundlingError(
                .catalogUnreadable, "the database '\(shown)' cannot be opened: permission denied",
                hint: "run as a user who may read it")
        }
        defer { try? handle.close() }
        let header: Data
        do {
            header = try handle.read(upToCount: 16) ?? Data()
        } catch {
            throw FoundlingError(
                .catalogUnreadable, "the database '\(shown)' cannot be read", hint: "check the disk it lies on")
        }
        guard !header.isEmpty else {
            throw FoundlingError(
                .catalogCorrupt, "the database '\(shown)' is empty: 0 bytes, not even a header",
                hint: "a wrong path, or a database that was never filled; every file would look like an orphan")
        }
        guard header.elementsEqual("SQLite format 3\0".utf8) else {
            throw FoundlingError(
                .catalogCorrupt, "'\(shown)' is not an SQLite database (or it is encrypted)",
                hint: "correct database.url")
        }
    }
}
