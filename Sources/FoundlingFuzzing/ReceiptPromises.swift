internal import FoundlingCore
internal import FoundlingCustody

/// What is accepted leads nowhere but into the store, is written again as it was read, and does not depend on how the
/// file came in.
enum ReceiptPromises {
    static let run = "20261123-031500-7f3a9c"

    static func check(_ input: [UInt8]) throws(Broken) {
        guard let receipt = try read(input, pieces: 1 << 20) else {
            try promise(try read(input, pieces: 7) == nil, "refused whole, and accepted in pieces")
            return
        }
        let paths = receipt.paths
        for path in paths { try PathPromises.check(path) }
        try promise(Set(paths).count == paths.count, "two items of one path")
        let text = receipt.text
        for size in [7, text.count] {
            let again = try read(text, pieces: size)
            try promise(again?.paths == paths && again?.text == text, "what was written is read differently")
        }
        try promise(try read(input, pieces: 7)?.text == text, "read differently in pieces")
    }

    private static func read(_ bytes: [UInt8], pieces: Int) throws(Broken) -> ReceiptReader? {
        do throws(FoundlingError) { return try ReceiptReader(bytes, run: run, pieces: pieces) } catch {
            try promise(error.code == .receiptInvalid, "another error than of a receipt: \(error)")
            return nil
        }
    }
}
