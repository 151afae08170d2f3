import Glibc

/// One benchmark's outcome as Markdown: where it ran, who took how long, and whether the promises hold.
struct Report {
    let world: World
    let results: [Standing]
    let rounds: Int

    var markdown: String {
        ([heading, ""] + commands + [""] + times + [""] + ratios + [""] + warnings).joined(separator: "\n")
    }

    private var heading: String {
        let shape = world.shape
        let title =
            switch world.benchmark {
            case .list: "\(shape.entries) entries in one directory, \(shape.rows) rows"
            case .walk: "\(shape.entries) empty files in \(shape.directories) directories"
            }
        var system = utsname()
        uname(&system)
        let kernel = [Self.text(of: system.sysname), Self.text(of: system.release), Self.text(of: system.machine)]
        return """
            ### \(world.benchmark.rawValue): \(title)

            \(kernel.joined(separator: " ")), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores; \
            \(rounds) runs each, alternating, \
            after one untimed warm-up each. `script/bench \(CommandLine.arguments.dropFirst().joined(separator: " "))`
            """
    }

    private var commands: [String] {
        results.map { "- \($0.competitor.name): `\($0.competitor.arguments.joined(separator: " "))`" }
    }

    private var times: [String] {
        let least = Usage.leastVisibleRSS
        return ["| | median | fastest | slowest | max RSS |", "|---|---:|---:|---:|---:|"]
            + results.map { result in
                let seconds = [result.median, result.seconds[0], result.seconds[result.seconds.count - 1]]
                let cells = seconds.map { Self.decimal($0, places: 3) + " s" }
                let rss = result.maxRSS > least ? Self.megabytes(result.maxRSS) : "< \(Self.megabytes(least))"
                return "| \(result.competitor.name) | \(cells.joined(separator: " | ")) | \(rss) |"
            }
    }

    private var ratios: [String] {
        var lines = ["| | ratio | target |", "|---|---:|---|"]
        for ratio in world.contest.ratios {
            guard let name = result(ratio.name), let reference = result(ratio.reference) else { continue }
            let value = name.median / reference.median
            let limit = name.answered ? ratio.atMost : nil
            lines.append(Self.row("\(ratio.name) / \(ratio.reference)", value, atMost: limit, unit: ""))
        }
        if let (items, limit) = world.contest.bytesPerItem, let foundling = result("foundling"), foundling.answered {
            let value = Double(foundling.maxRSS) / Double(items)
            lines.append(Self.row("foundling, max RSS per entry and row", value, atMost: limit, unit: " bytes"))
        }
        return lines
    }

    /// A competitor that found something else has not done the work, however fast it was.
    private var warnings: [String] {
        results.filter { !$0.answered }.map {
            "**\($0.competitor.name) did not answer `\($0.competitor.answer)`: its times mean nothing.**\n"
        }
    }

    private func result(_ name: String) -> Standing? { results.first { $0.competitor.name == name } }

    private static func row(_ name: String, _ value: Double, atMost limit: Double?, unit: String) -> String {
        let verdict = limit.map { "≤ \(decimal($0, places: 2))\(unit): \(value <= $0 ? "met" : "**missed**")" } ?? ""
        return "| \(name) | \(decimal(value, places: 2))\(unit) | \(verdict) |"
    }

    private static func megabytes(_ bytes: Int) -> String { decimal(Double(bytes) / 1e6, places: 1) + " MB" }

    private static func decimal(_ value: Double, places: Int) -> String {
        let scale = Int(pow(10, Double(places)))
        let scaled = Int((value * Double(scale)).rounded())
        return "\(scaled / scale).\(String(scaled % scale + scale).dropFirst())"
    }

    /// C's fixed arrays of characters come to Swift as tuples.
    private static func text<Tuple>(of tuple: Tuple) -> String {
        withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
