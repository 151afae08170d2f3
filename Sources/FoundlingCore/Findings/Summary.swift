/// Adds findings up to the lines of the report.
package struct Summary {
    private let manifest: Manifest
    private let judgement: Judgement
    private let tallies: [[SourceTally]]

    package init(_ manifest: Manifest, _ judgement: Judgement, _ tallies: [[SourceTally]]) {
        self.manifest = manifest
        self.judgement = judgement
        self.tallies = tallies
    }

    /// One line a resource.
    ///
    /// - Parameters:
    ///   - entryBytes: the size of all entries of a resource, where everything was measured.
    ///   - orphanBytes: the size of its orphans and what removing them frees, where sizes were asked for.
    package func lines(
        _ findings: [Finding], entryBytes: (Int) -> Bytes?, orphanBytes: (Int) -> (bytes: Bytes, freed: UInt64)?
    ) -> [ScanResult.ResourceLine] {
        var lines = manifest.resources.enumerated().map { r, resource in
            var line = ScanResult.ResourceLine(name: resource.name)
            line.onDisk = judgement.onDisk[r]
            line.claimed = judgement.claimed[r]
            line.inDatabase = tallies[r].first?.rows ?? 0
            line.otherSources = zip(resource.sources, tallies[r]).dropFirst().map { ($0.name, $1.rows) }
            return line
        }
        for finding in findings {
            guard let r = finding.resource else { continue }
            switch finding.kind {
            case .orphan: lines[r].orphaned += 1
            case .young: lines[r].young += 1
            case .dangling: lines[r].dangling += 1
            case .unrecognised: lines[r].unrecognised += 1
            case .nearMiss, .pinned, .partial, .newerThanCatalog: lines[r].kept += 1
            }
        }
        for r in lines.indices {
            lines[r].bytes = entryBytes(r)
            if let (bytes, freed) = orphanBytes(r) {
                lines[r].orphanedBytes = bytes
                lines[r].freed = freed
            }
            lines[r].recovery = recovery(lines[r], manifest.resources[r].safety)
        }
        return lines
    }

    private func recovery(_ line: ScanResult.ResourceLine, _ safety: Safety) -> ScanResult.Recovery {
        guard line.orphaned > 0 else { return line.young > 0 ? .young : .none }
        let share = Double(line.orphaned) / Double(max(line.onDisk, 1))
        if share > safety.maxOrphans { return .needsApproval(share: share, ofBytes: false) }
        if let all = line.bytes, let orphaned = line.orphanedBytes {
            // Apparent sizes where nothing is allocated: sparse and inline files have a size worth guarding too.
            let (part, whole) =
                all.allocated > 0 ? (orphaned.allocated, all.allocated) : (orphaned.apparent, all.apparent)
            let bytes = whole > 0 ? Double(part) / Double(whole) : 0
            if bytes > safety.maxBytes { return .needsApproval(share: bytes, ofBytes: true) }
        }
        return .ready
    }

    /// Orphans first, then by size, then by path: the order of every report.
    package static func sorted(_ findings: [Finding]) -> [Finding] {
        let rank = Dictionary(uniqueKeysWithValues: Finding.Kind.allCases.enumerated().map { ($1, $0) })
        // Findings are large: what is sorted is their numbers, by keys worked out once.
        let shared = sharedPrefix(findings)
        let keys = findings.indices.map { number in
            let finding = findings[number]
            return Key(
                rank: rank[finding.kind]!, size: finding.bytes.map { max($0.allocated, $0.apparent) } ?? 0,
                start: start(of: finding.path.bytes, from: shared), number: number)
        }
        return keys.sorted { a, b in
            if a.rank != b.rank { return a.rank < b.rank }
            if a.size != b.size { return a.size > b.size }
            if a.start != b.start { return a.start < b.start }
            return findings[a.number].path.bytes.lexicographicallyPrecedes(findings[b.number].path.bytes)
        }.map { findings[$0.number] }
    }

    private struct Key {
        let rank: Int
        let size: UInt64
        /// Eight bytes of the path: they settle most comparisons without a look at the path itself.
        let start: UInt64
        let number: Int
    }

    /// How many bytes all paths begin with alike.
    private static func sharedPrefix(_ findings: [Finding]) -> Int {
        guard let first = findings.first?.path.bytes else { return 0 }
        return findings.indices.reduce(first.count) { shared, number in
            let path = findings[number].path.bytes
            var length = 0
            while length < min(shared, path.count), path[length] == first[length] { length += 1 }
            return length
        }
    }

    /// Eight bytes from `offset` on, as a number that orders like them; a path that ends comes before one that goes on.
    private static func start(of path: [UInt8], from offset: Int) -> UInt64 {
        (0..<8).reduce(UInt64(0)) { $0 << 8 | (offset + $1 < path.count ? UInt64(path[offset + $1]) : 0) }
    }
}
