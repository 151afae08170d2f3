import Glibc

/// The runner: makes a world, lets commands compete in it, prints who took how long.
@main
enum Bench {
    static func main() {
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            guard access(options.foundling, X_OK) == 0 else {
                throw Failure("\(options.foundling) is missing: build it with script/build --release")
            }
            var worlds: [World] = []
            for benchmark in options.benchmarks {
                let world = try World(benchmark, options)
                worlds.append(world)
                let results = try world.contest.run(rounds: options.runs, in: world)
                print(Report(world: world, results: results, rounds: options.runs).markdown)
            }
            // Last of all: ext4 takes minutes rather than seconds to make a world just after it removed another.
            for world in worlds {
                if options.keep { say("kept \(world.path), the next run uses it again") } else { try world.remove() }
            }
        } catch {
            say("\(error)")
            exit(error is UsageError ? 64 : 1)
        }
    }
}

/// What went wrong, in words for whoever started the benchmark.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// The failure of a system call that has just set `errno`.
    static func system(_ call: String) -> Failure { Failure("\(call): \(String(cString: strerror(errno)))") }
}

/// Progress goes to standard error, so that standard output is the report and nothing else.
func say(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}
