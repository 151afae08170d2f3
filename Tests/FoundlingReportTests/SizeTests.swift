import FoundlingCore
import Testing

@testable import FoundlingReport

/// Each row is what GNU `du -h --apparent-size` prints for a file of that length.
@Suite struct SizeTests {
    @Test(
        arguments: [
            (0, "0"), (1, "1"), (512, "512"), (1023, "1023"), (1024, "1.0K"), (1025, "1.1K"), (1126, "1.1K"),
            (1127, "1.2K"), (4096, "4.0K"), (10_137, "9.9K"), (10_138, "10K"), (10_239, "10K"), (10_240, "10K"),
            (10_241, "11K"), (1_047_552, "1023K"), (1_047_553, "1.0M"), (1_048_575, "1.0M"), (1_048_576, "1.0M"),
            (10_522_669_875, "9.8G"), (186_831_077_376, "174G"), (186_831_077_377, "175G"),
            (1_099_511_627_775, "1.0T"), (9_007_199_254_740_993, "8.1P"), (UInt64.max, "16E"),
        ] as [(UInt64, String)])
    func sizesReadAsDuPrintsThem(bytes: UInt64, text: String) { #expect(Size.text(bytes) == text) }

    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (30_535_680, "30,535,680"), (-1234, "-1,234"),
        (-123, "-123"),
    ])
    func thousandsAreSetApart(number: Int, text: String) { #expect(Count.text(number) == text) }

    @Test(
        arguments: [
            (298, 371, "80%"), (1, 1000, "<1%"), (0, 5, "0%"), (999, 1000, "99%"), (5, 5, "100%"), (0, 0, "0%"),
        ]
            as [(UInt64, UInt64, String)])
    func aShareIsNeverNothingOfSomethingNorAllOfLess(part: UInt64, whole: UInt64, text: String) {
        #expect(Count.share(part, of: whole) == text)
    }

    @Test(arguments: [(44.0 / 45, "98%"), (0.2, "20%"), (0.204, "21%"), (0.999, "99%"), (1, "100%"), (.infinity, "0%")])
    func aShareOverALimitNeverReadsAsTheLimit(share: Double, text: String) { #expect(Count.overLimit(share) == text) }
}
