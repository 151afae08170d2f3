/// One command, and what shows that it did the work it is timed for.
struct Competitor {
    let name: String
    let arguments: [String]
    /// The untimed first run, where it is not the same as the timed ones.
    var warmUp: [String]?
    /// What the warm-up has to print, as an extended regular expression.
    let answer: String
}

/// Two competitors' times, one divided by the other.
struct Ratio {
    let name: String
    let reference: String
    let atMost: Double?

    init(_ name: String, _ reference: String, atMost: Double? = nil) {
        self.name = name
        self.reference = reference
        self.atMost = atMost
    }
}

/// The runs of one competitor.
struct Standing {
    let competitor: Competitor
    let answered: Bool
    var runs: [Usage] = []

    var seconds: [Double] { runs.map(\.seconds).sorted() }
    var maxRSS: Int { runs.map(\.maxRSS).max() ?? 0 }

    var median: Double {
        let sorted = seconds
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

/// The commands of one benchmark and the ratios that it is about.
struct Contest {
    let competitors: [Competitor]
    let ratios: [Ratio]
    /// By how many items to divide foundling's memory, and what it may then be.
    let bytesPerItem: (items: Int, atMost: Double)?

    /// Runs A B C A B C rather than A A B B C C: a machine that gets slower meanwhile does so for everybody.
    func run(rounds: Int, in world: World) throws -> [Standing] {
        var results: [Standing] = []
        for competitor in competitors {
            say("warming up: \(competitor.name)")
            let warmUp = ChildProcess(arguments: competitor.warmUp ?? competitor.arguments, directory: world.path)
            results.append(Standing(competitor: competitor, answered: try warmUp.prints(competitor.answer)))
        }
        for round in 1...rounds {
            say("round \(round) of \(rounds)")
            for index in results.indices {
                let command = ChildProcess(arguments: results[index].competitor.arguments, directory: world.path)
                results[index].runs.append(try command.run())
            }
        }
        return results
    }
}
