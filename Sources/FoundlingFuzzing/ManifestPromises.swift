internal import FoundlingCore
internal import FoundlingManifest

/// Every mistake has a place in the text, no secret is repeated, and what is accepted leads nowhere but into the store.
enum ManifestPromises {
    private static let reader = ManifestReader(
        file: "foundling.yaml", environment: ["SECRET": Secret.text], workingDirectory: "/work", exists: { _ in false })

    static func check(_ input: [UInt8]) throws(Broken) {
        // Only what the environment or a URL says is secret; elsewhere a word may well be repeated.
        let mayShow = input.firstRange(of: Array(Secret.text.utf8)) != nil && !Secret.isOnlyAPassword(in: input)
        do {
            let (manifest, warnings) = try reader.parse(input)
            try places(warnings.map(\.description), input, mayShow)
            try accepted(manifest)
        } catch let error as FoundlingError {
            try promise(error.code == .manifestInvalid, "another error than of a manifest: \(error)")
            try promise(!error.details.isEmpty, "refused without a word why")
            try places(error.details, input, mayShow)
        } catch let broken as Broken { throw broken } catch { throw Broken("an error of no kind: \(error)") }
    }

    private static func places(_ messages: [String], _ input: [UInt8], _ mayShow: Bool) throws(Broken) {
        let lengths = lines(input)
        for message in messages {
            let parts = message.split(separator: ":", maxSplits: 3)
            guard parts.count == 4, parts[0] == "foundling.yaml", let line = Int(parts[1]), let column = Int(parts[2])
            else { throw Broken("a message without a place: \(message)") }
            try promise(
                (1...lengths.count).contains(line) && (1...(lengths[line - 1] + 1)).contains(column),
                "a place outside the text, which has \(lengths.count) lines: \(message)")
            try promise(mayShow || !message.contains(Secret.text), "a secret is repeated: \(message)")
            try promise(
                message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F },
                "a message that could lie on a screen")
        }
    }

    /// The lengths of the lines in Unicode scalars, divided as libyaml does it.
    private static func lines(_ input: [UInt8]) -> [Int] {
        var lengths = [0]
        let content = input.starts(with: [0xEF, 0xBB, 0xBF]) ? input[3...] : input[...]
        var previous: Unicode.Scalar?
        for scalar in String(decoding: content, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lengths.append(0)
            default: lengths[lengths.count - 1] += 1
            }
            previous = scalar
        }
        return lengths
    }

    private static func accepted(_ manifest: Manifest) throws(Broken) {
        for path in [manifest.store.root, manifest.store.quarantine, manifest.serve.state] {
            try promise(path.utf8.first == .slash, "a path that is not absolute: \(path)")
        }
        try promise(!manifest.resources.isEmpty, "a manifest without resources")
        let names = manifest.resources.map(\.name)
        try promise(Set(names).count == names.count, "two resources of one name")
        for resource in manifest.resources {
            try promise(resource.within.map(names.contains) ?? true, "inside a resource that is not there")
            try promise(!resource.entries.isEmpty && !resource.sources.isEmpty, "a resource without entries or records")
            for glob in resource.entries + resource.except { try GlobPromises.staysInside(glob) }
            for rule in resource.sources.flatMap({ $0.claims + $0.requires.flatMap(\.self) }) {
                if case .template(let template) = rule { try TemplatePromises.check(template) }
            }
        }
        _ = Layout(manifest)
        for job in ScheduledJob.allCases {
            let clock = manifest.serve.clock(of: job, seed: "")
            let isOff = clock.schedule.cron == nil
            let answer = clock.answer(last: nil, started: 0, now: 0)
            try promise((answer == .never) == isOff, "a schedule that is accepted and never due")
        }
    }
}
