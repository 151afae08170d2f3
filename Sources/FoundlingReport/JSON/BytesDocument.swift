import FoundlingCore

/// The two sizes of a thing in JSON.
struct BytesDocument: Encodable {
    let allocated: UInt64
    let apparent: UInt64

    init(_ bytes: Bytes) {
        allocated = bytes.allocated
        apparent = bytes.apparent
    }
}
