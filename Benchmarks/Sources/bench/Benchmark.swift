/// The comparisons there are.
enum Benchmark: String, CaseIterable {
    /// One big directory against one big table.
    case list
    /// A tree in which everything has to be measured.
    case walk
}

extension World {
    /// Who competes in this world, and which ratios are promised.
    var contest: Contest {
        switch benchmark {
        case .list: listContest
        case .walk: walkContest
        }
    }

    private var listContest: Contest {
        let items = path + "/store/items"
        let database = path + "/app.db"
        let orphans = shape.entries - shape.rows
        return Contest(
            competitors: [
                foundling(sizes: "none", orphans: orphans),
                Competitor(
                    name: "python", arguments: [python, Self.package + "/Floor/scandir.py", items, database],
                    answer: "^\(orphans) orphans"),
                Competitor(
                    name: "list-floor", arguments: [Self.built("list-floor"), items, database],
                    answer: "^\(shape.entries) entries, \(shape.rows) rows"),
            ],
            ratios: [
                Ratio("foundling", "python", atMost: 0.85),
                Ratio("foundling", "list-floor"),
                Ratio("list-floor", "python"),
            ],
            bytesPerItem: (items: shape.entries + shape.rows, atMost: 100))
    }

    private var walkContest: Contest {
        let store = path + "/store"
        var competitors = [
            foundling(sizes: "all", orphans: shape.directories - shape.rows),
            Competitor(
                name: "walk-floor", arguments: [Self.built("walk-floor"), store, "2"],
                answer: "^\(shape.entries) files, \(shape.directories + 2) directories"),
        ]
        var ratios = [Ratio("foundling", "walk-floor", atMost: 1.15)]
        // Upstream's name first, then that of systems on which coreutils took it.
        let rivals = [("du", ["du"], "-s"), ("gdu", ["gdu", "gdu-go"], "-np")]
        for (name, executables, flags) in rivals {
            guard let executable = executables.lazy.compactMap(Self.onPath).first else {
                say("\(name) is not on PATH, left out")
                continue
            }
            competitors.append(Competitor(name: name, arguments: [executable, flags, store], answer: "store|items"))
            ratios.append(Ratio("foundling", name))
        }
        return Contest(competitors: competitors, ratios: ratios, bytesPerItem: nil)
    }

    /// The warm-up asks for JSON: it shows that the right number was found, the timed runs write nobody's 40 MB.
    private func foundling(sizes: String, orphans: Int) -> Competitor {
        let scan = [executable, "scan", "--manifest", "foundling.yaml", "--sizes", sizes]
        return Competitor(
            name: "foundling", arguments: scan, warmUp: scan + ["--format", "json"],
            answer: "\"orphaned\" *: *\(orphans)\\>")
    }
}
