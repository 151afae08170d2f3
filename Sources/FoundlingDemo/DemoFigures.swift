/// The founding document's numbers, as directories with sizes.
///
/// `du -h --apparent-size` rounds up: 173.8, 123.9, 39.1 and 34.1 GiB print as 174, 124, 40 and 35, their sum as 371,
/// and the orphans' 297.3 as 298.
package struct DemoFigures: Sendable {
    /// One directory.
    package struct Item: Sendable {
        package let name: String
        package let bytes: UInt64
        package let isLive: Bool
        /// For a dataset the repository its name was made from.
        package let source: String
    }

    package let trainings: [Item]
    package let datasets: [Item]
    package let activations: [Item]
    package let models: [Item]

    /// The ten orphaned trainings that the document names.
    package static let namedTrainings = [
        "train_00d10dde", "train_132ef5bd", "train_16091885", "train_1b4d5fff", "train_21de9472", "train_238da321",
        "train_33e3ed8d", "train_361c7233", "train_38265547", "train_38f89250",
    ]

    private static let gibibyte = 1_073_741_824.0

    package static let standard = DemoFigures()

    private init() {
        // Any ids serve for the rest, above the named ones: those are the first ten in order.
        let others = (0..<34).map { "train_" + Self.hex(0x3A00_0000 + UInt32($0) * 0x05B3_91D7 % 0xC5FF_FFFF) }
        let sizes = Self.split(173.6, into: 44)
        let orphans = (Self.namedTrainings + others).enumerated().map {
            Item(name: $1, bytes: sizes[$0], isLive: false, source: "")
        }
        trainings =
            orphans + [Item(name: "train_36766f85", bytes: UInt64(0.2 * Self.gibibyte), isLive: true, source: "")]

        let repositories = ["openlab", "novaset", "riverlm", "quillnet", "wikiteam"].flatMap { organisation in
            ["tiny_stories", "web_en", "dialogs", "code_py", "math_qa", "news", "books", "recipes", "captions"]
                .map { "\(organisation)/\($0)" }
        }.prefix(43)
        let datasetSizes = Self.split(123.7, into: 39)
        datasets = repositories.enumerated().map { number, repository in
            Item(
                name: repository.split(separator: "/").joined(separator: "_"),
                bytes: number < 39 ? datasetSizes[number] : UInt64(0.05 * Self.gibibyte), isLive: number >= 39,
                source: repository)
        }
        activations = [
            Item(name: "ext_m_be11e0e1_20251121_093012", bytes: UInt64(39.1 * Self.gibibyte), isLive: true, source: "")
        ]
        models = [
            Item(name: "m_be11e0e1", bytes: UInt64(20 * Self.gibibyte), isLive: true, source: ""),
            Item(name: "m_41e4191f", bytes: UInt64(14.1 * Self.gibibyte), isLive: true, source: ""),
        ]
    }

    /// Unequal parts that add up: nobody's directories are all of one size.
    private static func split(_ gibibytes: Double, into count: Int) -> [UInt64] {
        let weights = (0..<count).map { 1.0 + Double(($0 * 7) % 11) / 4 }
        let sum = weights.reduce(0, +)
        return weights.map { UInt64(gibibytes * gibibyte * $0 / sum) }
    }

    private static func hex(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
