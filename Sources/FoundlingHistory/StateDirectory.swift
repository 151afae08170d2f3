internal import CLinux
internal import FoundlingCore
internal import FoundlingStore
internal import Glibc

/// The directory in which the daemon keeps what it knows: plain files of ours, and nobody else's.
struct StateDirectory {
    let path: String
    private let directory: OpenDirectory

    /// Opens it, and makes it, for its owner alone, where it is missing.
    init(making path: String) throws(FoundlingError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw StateFault.refusal(errno, "the directory '\(Printable.escape(path))' cannot be made")
        }
        guard let found = try StateDirectory(existing: path) else {
            throw StateFault.refusal(ENOENT, "the directory '\(Printable.escape(path))' cannot be opened")
        }
        self = found
    }

    /// Opens it; nil where there is none.
    init?(existing path: String) throws(FoundlingError) {
        let opened = cl_open_directory(path)
        if opened == -ENOENT { return nil }
        guard opened >= 0 else {
            throw StateFault.refusal(-opened, "the directory '\(Printable.escape(path))' cannot be opened")
        }
        self.path = path
        directory = try OpenDirectory(descriptor: opened)
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// The names of ours in it: what is no text is nobody's.
    func names() throws(FoundlingError) -> [String] {
        // A descriptor of its own: reading a directory moves the one that it is read through.
        guard let again = try directory.open(Array(".".utf8)) else { return [] }
        let reader = DirectoryReader()
        var names: [String] = []
        let failed = try reader.forEach(in: again.descriptor) { name, _ in
            if let name = String(validating: name, as: UTF8.self) { names.append(name) }
        }
        guard failed == 0 else {
            throw StateFault.refusal(failed, "the directory '\(Printable.escape(path))' cannot be listed")
        }
        return names
    }

    /// Makes an empty file that only its owner may read, and holds its lock while its descriptor is open.
    func create(_ name: String) throws(FoundlingError) -> Int32 {
        let made = CName.with(Array(name.utf8)) {
            cl_open_file_beneath(directory.descriptor, $0, O_RDWR | O_CREAT | O_EXCL, 0o600)
        }
        guard made >= 0 else { throw StateFault.refusal(-made, "'\(Printable.escape(file(name)))' cannot be made") }
        _ = cl_lock(made)
        return made
    }

    /// Whether a file is there that nobody is writing.
    func isLeftover(_ name: String) -> Bool {
        let opened = CName.with(Array(name.utf8)) {
            cl_open_file_beneath(directory.descriptor, $0, O_RDONLY | O_NONBLOCK, 0)
        }
        guard opened >= 0 else { return false }
        defer { _ = cl_close(opened) }
        return cl_lock(opened) == 0
    }

    /// Nothing to remove is no failure.
    @discardableResult
    func remove(_ name: String) -> Bool {
        let failed = CName.with(Array(name.utf8)) { cl_unlink_at(directory.descriptor, $0, 0) }
        return failed == 0 || failed == -ENOENT
    }

    func rename(_ name: String, to target: String) throws(FoundlingError) {
        let failed = CName.with(Array(name.utf8)) { name in
            CName.with(Array(target.utf8)) { target in
                cl_rename(directory.descriptor, name, directory.descriptor, target)
            }
        }
        guard failed == 0 else {
            throw StateFault.refusal(-failed, "'\(Printable.escape(file(name)))' cannot be renamed")
        }
    }

    func sync() throws(FoundlingError) {
        let failed = cl_sync(directory.descriptor)
        guard failed == 0 else {
            throw StateFault.refusal(-failed, "the directory '\(Printable.escape(path))' cannot be written")
        }
    }

    func has(_ name: String) throws(FoundlingError) -> Bool { try directory.status(Array(name.utf8)) != nil }
}
