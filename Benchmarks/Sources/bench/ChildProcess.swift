import FoundationEssentials
import Glibc

/// What one child took, start to end.
struct Usage {
    let seconds: Double
    let maxRSS: Int

    /// A child's maximum counts from before `exec`, when it still shared the runner's memory: less cannot be seen.
    ///
    /// `getrusage` would not do, since by the same rule the runner's own maximum includes that of `swift run`.
    static var leastVisibleRSS: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(peak.filter(\.isNumber)) ?? 0) * 1024
    }
}

/// A command line that runs in a directory and has to succeed.
struct ChildProcess {
    let arguments: [String]
    let directory: String

    /// `wait4` rather than `Process`, since only it tells what this one child used.
    func run(output: String = "/dev/null") throws -> Usage {
        let errors = directory + "/stderr"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)

        // For the child: Glibc's `addchdir_np` is not visible to Swift, and nothing else here depends on the directory.
        guard chdir(directory) == 0 else { throw Failure.system(directory) }

        let argv = arguments.map { strdup($0) } + [nil]
        let environment = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + environment).forEach { free($0) } }

        var child = pid_t()
        var status: Int32 = 0
        var usage = rusage()
        let start = ContinuousClock.now
        let refused = posix_spawn(&child, arguments[0], &actions, nil, argv, environment)
        guard refused == 0 else { throw Failure("\(arguments[0]): \(String(cString: strerror(refused)))") }
        while wait4(child, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw Failure.system("wait4") }
        }
        let elapsed = ContinuousClock.now - start
        guard status == 0 else {
            let how = status & 0x7f == 0 ? "exit code \(status >> 8)" : "signal \(status & 0x7f)"
            let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw Failure("\(arguments.joined(separator: " ")): \(how)\n\(said)")
        }
        return Usage(seconds: elapsed / .seconds(1), maxRSS: usage.ru_maxrss * 1024)
    }

    /// Whether the command's output has a line that matches an extended regular expression.
    ///
    /// `grep` looks for it: output read in here would count as memory of every later child.
    func prints(_ pattern: String) throws -> Bool {
        let output = directory + "/stdout"
        _ = try run(output: output)
        let search = ChildProcess(arguments: ["/usr/bin/env", "grep", "-qE", pattern, output], directory: directory)
        return (try? search.run()) != nil
    }
}
