import FoundlingCore

/// Everything below the root, and the directories directly below it.
struct DataDocument: Encodable {
    let bytes: BytesDocument
    let areas: [Area]

    init(_ total: Bytes, _ areas: [ScanResult.Area]) {
        bytes = BytesDocument(total)
        self.areas = areas.map(Area.init)
    }

    /// One directory directly below the root.
    struct Area: Encodable {
        let path: String
        let pathBytes: [UInt8]?
        let bytes: BytesDocument

        enum CodingKeys: String, CodingKey {
            case path, bytes
            case pathBytes = "path_bytes"
        }

        init(_ area: ScanResult.Area) {
            path = RawText.text(area.path.bytes)
            pathBytes = area.path.utf8 == nil ? area.path.bytes : nil
            bytes = BytesDocument(area.bytes)
        }
    }
}
