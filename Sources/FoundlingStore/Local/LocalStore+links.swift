internal import CLinux
package import FoundlingCore
internal import Glibc

extension LocalStore {
    /// Every symbolic link below the root, in entries too; mounts are not crossed, what cannot be read is passed over.
    ///
    /// It looks at no file, only at names: a million take a third of a second.
    package func links(but reserved: [StorePath]) -> [StorePath] {
        var found: [StorePath] = []
        var waiting: [StorePath] = [.root]
        let reserved = Set(reserved)
        let reader = DirectoryReader()
        while let path = waiting.popLast() {
            let directory = openDirectory(path.components.map { Array($0) })
            guard directory >= 0 else { continue }
            defer { _ = cl_close(directory) }
            _ = try? reader.forEach(in: directory) { (name, type) throws(FoundlingError) in
                var kind = EntryKind(directoryType: type)
                if kind == nil {
                    var status = cl_stat()
                    let start = name.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
                    if cl_stat_at(directory, start, 0, &status) == 0 { kind = EntryKind(mode: status.mode) }
                }
                guard kind == .directory || kind == .symlink else { return }
                let below = path.appending(name)
                if kind == .symlink { found.append(below) } else if !reserved.contains(below) { waiting.append(below) }
            }
        }
        return found
    }
}
