import Foundation
import FoundlingTesting

/// One call of a traced program that the kernel carried out.
///
/// `strace` is read and not a list of our own: it sees what SQLite writes as well, and what nobody thought of.
struct SystemCall {
    let name: String
    let arguments: [String]
    let result: String
    /// How many calls had ended before this one began: only those a sync covers for sure.
    let endedBefore: Int

    /// What this line of a trace cannot be read as.
    struct Illegible: Error, CustomStringConvertible {
        let line: String
        var description: String { "the trace has a line that this test cannot read: \(line.prefix(300))" }
    }

    /// Whatever can change a file, its name or its attributes, or make such a change durable; and `statx`, by which
    /// Foundling learns what time of change a rename left.
    private static let changing = [
        "open", "openat", "openat2", "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink",
        "unlinkat", "rmdir", "link", "linkat", "symlink", "symlinkat", "mknod", "mknodat", "write", "pwrite64",
        "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "splice", "truncate", "ftruncate", "fallocate",
        "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr",
        "removexattr", "lremovexattr", "fremovexattr", "utimensat", "mmap", "sync", "syncfs", "fsync", "fdatasync",
        "sync_file_range", "statx",
    ]

    static var isTraceable: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/strace") }

    /// Runs a program under `strace`.
    static func trace(
        _ command: [String], in directory: String, environment: [String: String], log: String
    ) throws -> (outcome: Program.Outcome, calls: [SystemCall]) {
        let filter = "trace=" + changing.map { "?" + $0 }.joined(separator: ",")
        // Every byte as a hexadecimal number: then no name and no content looks like the syntax around it.
        let options = ["-f", "-v", "-y", "-xx", "-s", "10000000", "-e", filter, "-e", "signal=none", "-o", log, "--"]
        let outcome = try Program.execute(
            "/usr/bin/strace", options + command, in: directory, environment: environment)
        return (outcome, try read(try String(contentsOfFile: log, encoding: .utf8)))
    }

    /// The calls that succeeded, in the order in which they ended.
    static func read(_ trace: String) throws -> [SystemCall] {
        var calls: [SystemCall] = []
        var unfinished: [Substring: (text: Substring, endedBefore: Int)] = [:]
        for line in trace.split(separator: "\n") {
            let (process, rest) = halves(line, at: " ")
            var text = rest.drop { $0 == " " }
            if text.hasPrefix("+++") || text.hasPrefix("---") { continue }
            var endedBefore = calls.count
            if text.hasSuffix(" <unfinished ...>") {
                unfinished[process] = (text.dropLast(17), calls.count)
                continue
            }
            if text.hasPrefix("<... "), let end = text.firstRange(of: " resumed>") {
                guard let begun = unfinished.removeValue(forKey: process) else { throw Illegible(line: String(line)) }
                text = Substring(String(begun.text) + text[end.upperBound...])
                endedBefore = begun.endedBefore
            }
            if let call = try SystemCall(text, endedBefore: endedBefore) { calls.append(call) }
        }
        // Killed while it was at it: whether the kernel had done it by then is not known, and never was to anybody.
        return calls
    }

    private static func halves(_ text: Substring, at mark: Character) -> (Substring, Substring) {
        guard let place = text.firstIndex(of: mark) else { return (text, "") }
        return (text[..<place], text[text.index(after: place)...])
    }

    /// nil where the call failed.
    private init?(_ text: Substring, endedBefore: Int) throws {
        guard let open = text.firstIndex(of: "("), let end = text.firstRange(of: #/\) *=/#) else {
            throw Illegible(line: String(text))
        }
        result = String(text[end.upperBound...].drop { $0 == " " })
        if result.hasPrefix("-1") || result.hasPrefix("?") { return nil }
        name = String(text[..<open])
        arguments = Self.split(text[text.index(after: open)..<end.lowerBound])
        self.endedBefore = endedBefore
    }

    /// Arguments at the commas that no bracket encloses.
    private static func split(_ text: Substring) -> [String] {
        var parts: [String] = []
        var (part, depth) = ([UInt8](), 0)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "<"): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ">"): depth -= 1
            default: break
            }
            if byte == UInt8(ascii: ","), depth == 0 {
                parts.append(String(decoding: part, as: UTF8.self))
                part = []
            } else if !(part.isEmpty && byte == 0x20) {
                part.append(byte)
            }
        }
        if !part.isEmpty { parts.append(String(decoding: part, as: UTF8.self)) }
        return parts
    }

    // MARK: What arguments mean

    /// The bytes of a quoted argument.
    func bytes(_ index: Int) throws -> [UInt8] {
        guard index < arguments.count, arguments[index].hasPrefix("\""), arguments[index].hasSuffix("\"") else {
            throw Illegible(line: "\(name)(\(arguments.joined(separator: ", ")))")
        }
        return Self.unescape(arguments[index].utf8.dropFirst().dropLast())
    }

    /// The number that an argument begins with, decimal or octal.
    func number(_ index: Int) throws -> Int {
        guard index < arguments.count,
            let number = Int(arguments[index], radix: arguments[index].hasPrefix("0") ? 8 : 10)
        else { throw Illegible(line: "\(name)(\(arguments.joined(separator: ", ")))") }
        return number
    }

    /// The descriptor and the path that it stood for, as `-y` shows both.
    static func descriptor(_ text: String) -> (number: Int, path: String)? {
        guard let open = text.firstIndex(of: "<"), let close = text.lastIndex(of: ">") else { return nil }
        let path = String(decoding: unescape(text[text.index(after: open)..<close].utf8), as: UTF8.self)
        return (Int(text[..<open]) ?? -1, path)
    }

    private static func unescape(_ text: some Sequence<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var digits: [UInt8] = []
        for byte in text where byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "x") {
            digits.append(byte > 0x39 ? byte - 0x57 : byte - 0x30)
            if digits.count == 2 {
                bytes.append(digits[0] << 4 | digits[1])
                digits = []
            }
        }
        return bytes
    }
}
