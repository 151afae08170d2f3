import FoundlingCatalog
import FoundlingCore
import Testing

/// URLs of servers are taken apart, or refused in words that hold no password.
@Suite struct ServerURLTests {
    private func location(_ engine: DatabaseURL.Engine, _ url: String) throws(FoundlingError) -> String {
        try Catalog.location(of: .init(url: DatabaseURL(engine: engine, location: url)))
    }

    @Test(arguments: ["65536", "4294967296", "-1", "99999999999999999999"]) func aPortThatIsNoneIsRefused(port: String)
    {
        for (engine, scheme) in [(DatabaseURL.Engine.mysql, "mysql"), (.postgres, "postgres")] {
            do throws(FoundlingError) {
                // libpq looks at the port no sooner than it connects.
                let shown = try location(engine, "\(scheme)://u:s3cr3t@h:\(port)/d")
                #expect(engine == .postgres && !shown.contains("s3cr3t"), "\(shown)")
            } catch {
                #expect(error.code == .manifestInvalid)
                #expect(!"\(error)".contains("s3cr3t"))
            }
        }
    }

    @Test func theRestOfAPasswordIsNotNamedAsAParameter() throws {
        let error = #expect(throws: FoundlingError.self) {
            try location(.postgres, "postgres://h/d?password=half&s3cr3t=1")
        }
        #expect(error?.code == .manifestInvalid)
        #expect(!"\(String(describing: error))".contains("s3cr3t"))
    }
}
