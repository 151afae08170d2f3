import FoundlingCore
import FoundlingManifest
import Testing

/// A password that strays into a manifest never comes out in a message.
@Suite struct SecretTests {
    static let secret = "hunter2"

    @Test(arguments: [
        "database: postgres://u:hunter2@h/d\nstore: { root: d }",
        "database: { postgres://u:hunter2@h/d: x }\nstore: { root: d }",
        "database: { url: 'postgress://u:hunter2@h/d' }\nstore: { root: d }",
        "database: { url: 'oracle://u:hunter2@h/d' }\nstore: { root: d }",
        "database: { url: 'u:hunter2@h/d' }\nstore: { root: d }",
        "database: { url: 'host=h password=hunter2' }\nstore: { root: d }",
        "database: { url: ['postgres://u:hunter2@h/d'] }\nstore: { root: d }",
        "database: { url: 'postgres:u:hunter2@h/d' }\nstore: { root: d }",
        "database: { url: 'postgres://u:hunter2@h/d', writer: 'mysql://u:hunter2@h/d' }\nstore: { root: d }",
        "database: { url: 'postgres://u:hunter2@h/d' }\nstore: { root: 'postgres://u:hunter2@h/d' }",
        "database: { url: '${S}@' }\nstore: { root: d }",
        "database: { url: '${S}://x' }\nstore: { root: d }",
        "database: { url: '${postgres://u:hunter2@h/d}' }\nstore: { root: d }",
        "database: { url: 'sqlite:a', url: 'postgres://u:hunter2@h/d' }\nstore: { root: d }",
        "database: { url: postgres://u:hunter2@h/d }]\nstore: { root: d }",
        "database: { url: @postgres://u:hunter2@h/d }\nstore: { root: d }",
        "database: { url: 'file://u:hunter2@h/d' }\nstore: { root: d, ignore: ['a/../postgres://u:hunter2@h'] }",
        "database: { url: '${MISSING}', writer: '${S}' }\nstore: { root: d, quarantine: '/${MISSING}' }",
    ])
    func noMessageRepeatsIt(head: String) {
        let reader = ManifestText.reader(environment: ["S": Self.secret])
        do throws(FoundlingError) {
            _ = try reader.parse(ManifestText.head(head))
            Issue.record("accepted")
        } catch {
            #expect(!"\(error)".contains(Self.secret))
        }
    }
}
