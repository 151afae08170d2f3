import Foundation
import Testing

@testable import FoundlingReport

/// What the style sheet promises: read in a dim room, in print, and by those who see less.
@Suite struct StyleSheetTests {
    /// The variables of the scheme that is the first, second or third to set them: light, dark, paper.
    private func scheme(_ number: Int) throws -> [String: String] {
        let blocks = StyleSheet.css.matches(of: /:root \{([^}]*)\}/).map { String($0.output.1) }
        try #require(blocks.count == 3)
        return blocks[number].matches(of: /--([a-z-]+): (#[0-9a-f]{6});/)
            .reduce(into: [:]) { $0[String($1.output.1)] = String($1.output.2) }
    }

    /// Relative luminance, as WCAG 2 defines it.
    private func luminance(_ colour: String) throws -> Double {
        let value = try #require(Int(colour.dropFirst().prefix(6), radix: 16))
        let parts = [16, 8, 0].map { shift -> Double in
            let part = Double(value >> shift & 0xFF) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    private func contrast(_ one: String, _ other: String) throws -> Double {
        let (a, b) = (try luminance(one), try luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    @Test(arguments: [0, 1, 2])
    func textIsReadableInEachScheme(number: Int) throws {
        let colours = try scheme(number)
        for (text, behind) in [
            ("ink", "page"), ("ink", "surface"), ("ink", "wash"), ("muted", "page"), ("muted", "surface"),
            ("muted", "wash"), ("accent", "page"), ("accent", "surface"), ("accent", "wash"), ("accent-ink", "accent"),
            ("info", "info-wash"), ("caution", "caution-wash"), ("alarm", "alarm-wash"),
        ] {
            let ratio = try contrast(#require(colours[text]), #require(colours[behind]))
            #expect(ratio >= 4.5, "\(text) on \(behind): \(ratio)")
        }
        #expect(try contrast(#require(colours["edge"]), #require(colours["surface"])) >= 3)
    }

    @Test func labelsOfTilesAreReadable() throws {
        let tones = StyleSheet.css.matches(of: /\.tone-[0-5] rect[^{]*\{ fill: (#[0-9a-f]{6})/).map { $0.output.1 }
        #expect(Set(tones).count == 6)
        for tone in tones { #expect(try contrast("#ffffff", String(tone)) >= 4.5, "\(tone)") }
    }

    @Test func nothingIsLoadedFromElsewhere() {
        for word in ["url(", "@import", "http", "@font-face", "expression"] { #expect(!StyleSheet.css.contains(word)) }
        #expect(!StyleSheet.css.contains("<"))
    }

    @Test func bracesMatch() {
        #expect(StyleSheet.css.count { $0 == "{" } == StyleSheet.css.count { $0 == "}" })
    }

    @Test(arguments: Template.allCases)
    func eachClassOfATemplateHasARule(template: Template) {
        for match in template.text.matches(of: /class="([^"]*)"/) {
            let classes = match.output.1.replacing(/\{\{[^}]*\}\}/, with: "").split(separator: " ")
            for name in classes { #expect(StyleSheet.css.contains(".\(name)"), "\(name)") }
        }
    }
}
