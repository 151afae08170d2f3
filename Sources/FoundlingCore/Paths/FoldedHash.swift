/// A keyed 64-bit hash of a path, computed component by component over the *folded* form of each name.
///
/// Folding makes spellings alike that a person would call the same: case, Unicode form, percent escapes, backslashes
/// for slashes, trailing white space. Two paths with equal hashes are either equal byte for byte, which the caller
/// checks, or a near miss. So one table answers both questions, and a collision can only keep a file.
///
/// The key is drawn once per scan: nobody can prepare names that collide.
package struct FoldedHash: Sendable {
    let key0: UInt64
    let key1: UInt64
    /// The hash of the root: the start of every path.
    package let start: UInt64

    package init(seed: UInt64) {
        key0 = seed ^ 0x9E37_79B9_7F4A_7C15
        key1 = (seed &* 0xD6E8_FEB8_6659_FD93) | 1
        start = seed ^ 0xA076_1D64_78BD_642F
    }

    package init() { self.init(seed: .random(in: .min ... .max)) }

    @inline(__always)
    private func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// The hash of `parent` joined with one component, by the component's folded form.
    ///
    /// `visit` is told of every folded piece: a name that holds `\` or `%2F` folds to several. One that folds to none
    /// has the hash of `parent`, and `visit` is told of that.
    @inline(__always)
    package func step(
        _ parent: UInt64, _ name: UnsafeRawBufferPointer, _ visit: (UInt64) -> Void = { _ in }
    ) -> UInt64 {
        if let hash = plainStep(parent, name) {
            visit(hash)
            return hash
        }
        return foldedStep(parent, name, visit)
    }

    /// ASCII without escapes needs no more than lower case, eight bytes at a time; nil where it takes more.
    @inline(__always)
    func plainStep(_ parent: UInt64, _ name: UnsafeRawBufferPointer) -> UInt64? {
        let count = name.count
        guard count > 0, name[count - 1] > 0x20 else { return nil }
        var hash = mix(parent ^ key0, UInt64(truncatingIfNeeded: count) ^ key1)
        var offset = 0
        while offset < count {
            var word: UInt64 = 0
            let left = count - offset
            if left >= 8 {
                word = name.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            } else {
                for i in 0..<left { word |= UInt64(name[offset + i]) << UInt64(i * 8) }
            }
            if needsFolding(word) { return nil }
            hash = mix(hash ^ lowercased(word), key1)
            offset += 8
        }
        return hash
    }

    @inline(__always)
    private func needsFolding(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let percent = word ^ (ones &* UInt64(UInt8.percent))
        let backslash = word ^ (ones &* UInt64(UInt8.backslash))
        let found = ((percent &- ones) & ~percent) | ((backslash &- ones) & ~backslash)
        return (word | found) & tops != 0
    }

    @inline(__always)
    private func lowercased(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word & (ones &* 0x7F)
        let atLeastA = low &+ (ones &* (0x80 - 0x41))
        let aboveZ = low &+ (ones &* (0x7F - 0x5A))
        return word | (((atLeastA ^ aboveZ) & (ones &* 0x80)) >> 2)
    }

    private func foldedStep(_ parent: UInt64, _ name: UnsafeRawBufferPointer, _ visit: (UInt64) -> Void) -> UInt64 {
        var hash = parent
        let pieces = Self.fold(Array(name))
        // A name of nothing but white space adds nothing to the path, and is a name on disk all the same.
        if pieces.isEmpty { visit(parent) }
        for piece in pieces {
            hash = piece.withUnsafeBytes { plainStep(hash, $0) ?? opaqueStep(hash, $0) }
            visit(hash)
        }
        return hash
    }

    private func opaqueStep(_ parent: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = mix(parent ^ key0, UInt64(truncatingIfNeeded: bytes.count) ^ key1)
        for byte in bytes { hash = mix(hash ^ UInt64(byte), key1) }
        return hash
    }

    /// The folded pieces of one name: the slow, complete rule that the fast path above is a case of.
    ///
    /// A piece of white space alone vanishes, as does an empty one.
    package static func fold(_ name: [UInt8]) -> [[UInt8]] {
        var bytes = unescaped(name)
        for i in bytes.indices where bytes[i] == .backslash { bytes[i] = .slash }
        return bytes.split(separator: .slash).compactMap { part in
            var part = Array(part)
            while let last = part.last, last <= 0x20 { part.removeLast() }
            guard !part.isEmpty else { return nil }
            guard part.contains(where: { $0 >= 0x80 }) else {
                return part.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
            }
            // Upper before lower case, so that ß and SS fold alike. The standard library compares and hashes strings by
            // canonical equivalence but offers no normal form; its hash of the text is stable within a process,
            // which is as long as a folded form lives.
            let text = String(decoding: part, as: UTF8.self).uppercased().lowercased()
            if text.utf8.allSatisfy({ $0 < 0x80 }) { return Array(text.utf8) }
            var hasher = Hasher()
            hasher.combine(text)
            return Array("\u{0}\(hasher.finalize())".utf8)
        }
    }

    /// One round of percent decoding; anything that is not an escape stays.
    package static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(.percent) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var i = 0
        while i < bytes.count {
            if bytes[i] == .percent, i + 2 < bytes.count, let high = hexDigit(bytes[i + 1]),
                let low = hexDigit(bytes[i + 2])
            {
                result.append(high << 4 | low)
                i += 3
            } else {
                result.append(bytes[i])
                i += 1
            }
        }
        return result
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
