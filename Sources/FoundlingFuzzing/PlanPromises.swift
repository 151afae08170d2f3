internal import FoundlingCore
internal import FoundlingCustody

/// What is accepted leads nowhere but into the store and is written again as it was read; one changed byte refuses all.
enum PlanPromises {
    static func check(_ input: [UInt8]) throws(Broken) {
        // The hash is no protection from whoever can write a plan: everything must hold although it does.
        let end = input.firstIndex(of: 0x0A) ?? input.endIndex
        let sealed = PlanFile.seal(Array(input[..<end]), Array(input[end...].dropFirst()))
        _ = try decode(input)
        guard let (plan, hash) = try decode(sealed.text) else { return }
        try promise(hash == sealed.hash, "the hash is another than was written")
        for item in plan.items { try PathPromises.check(item.path) }
        for trip in plan.trips { _ = trip.sentence }
        _ = (plan.bytes, plan.freed, plan.totals)

        let again = PlanFile.encode(plan)
        guard let second = try decode(again.text) else { throw Broken("what was written cannot be read") }
        try promise(second.plan == plan && second.hash == again.hash, "what was written is read differently")

        var changed = sealed.text
        let place = input.reduce(into: 0) { $0 = ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF } % changed.count
        changed[place] ^= 1 << UInt8(place % 8)
        try promise(try decode(changed) == nil, "a changed byte, at \(place), went unnoticed")
        try promise(try decode(Array(sealed.text.dropLast(1 + place % 64))) == nil, "a lost end went unnoticed")
    }

    private static func decode(_ text: [UInt8]) throws(Broken) -> (plan: Plan, hash: String)? {
        do throws(FoundlingError) { return try PlanFile.decode(text, name: "plan.jsonl") } catch {
            try promise(error.code == .planInvalid, "another error than of a plan: \(error)")
            return nil
        }
    }
}

/// What a path must be before anything is moved on its word.
enum PathPromises {
    static func check(_ path: StorePath) throws(Broken) {
        try promise(!path.bytes.isEmpty && !path.bytes.contains(0), "'\(path)' is no path")
        for part in path.bytes.split(separator: UInt8.slash, omittingEmptySubsequences: false) {
            try promise(
                !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8),
                "'\(path)' leads out of the store")
        }
    }
}
