import FoundationEssentials
import Glibc

extension World {
    /// An executable of this package: they lie beside the runner.
    static func built(_ name: String) -> String {
        let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: runner).deletingLastPathComponent().path + "/" + name
    }

    static func onPath(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// The distribution's Python before the one on the path, which may be a shim (pyenv's is a shell script) and slow.
    static func interpreter() throws -> String {
        let system = "/usr/bin/python3"
        if access(system, X_OK) == 0 { return system }
        guard let other = onPath("python3") else {
            throw Failure("python3 is missing: it makes the databases and is one of the competitors")
        }
        return other
    }
}
