package import FoundlingCore
internal import Foundation
internal import FoundlingSeam

/// A plan as a file: JSON Lines, one header and one line an item, readable and not to be edited.
///
/// The header ends with the SHA-256 of everything else; that hash is what a person approves.
package enum PlanFile {
    private struct Header: Codable {
        var foundling: String
        var version: Int
        var created: Int64
        var expires: Int64
        var items: Int
        var manifest: String
        var manifestHash: String
        var grounds: Grounds
        var wholes: [ResourceTotal]
        var totals: [ResourceTotal]
        var trips: [GuardTrip]
    }

    private static let kind = "plan"
    /// What follows the header's other fields: `,"hash":"<64 digits>"}`.
    private static let hashLength = 9 + 64 + 2

    /// The text of a plan, and its hash.
    package static func encode(_ plan: Plan) -> (text: [UInt8], hash: String) {
        let header = Header(
            foundling: kind, version: Plan.version, created: plan.created, expires: plan.expires,
            items: plan.items.count, manifest: plan.manifest, manifestHash: plan.manifestHash, grounds: plan.grounds,
            wholes: plan.wholes, totals: plan.totals, trips: plan.trips)
        let first = Array(Ledger.json(header).utf8)
        return seal(first, plan.items.flatMap { ReceiptWriter.line($0) })
    }

    /// Puts the hash of everything at the end of a header: whoever can write a file can do so, too.
    package static func seal(_ header: [UInt8], _ items: [UInt8]) -> (text: [UInt8], hash: String) {
        let hash = Digest.hex(header + [0x0A] + items)
        return (header.dropLast() + Array(",\"hash\":\"\(hash)\"}\n".utf8) + items, hash)
    }

    /// Reads a plan back, whole and unchanged, or says what is wrong with it.
    package static func decode(_ text: [UInt8], name: String) throws(FoundlingError) -> (plan: Plan, hash: String) {
        func invalid(_ what: String) -> FoundlingError {
            FoundlingError(
                .planInvalid, "'\(Printable.escape(name))' is no plan to act on: \(what)",
                hint: "make a new one with `foundling plan`; nothing was changed")
        }
        guard let end = text.firstIndex(of: 0x0A) else { throw invalid("it is empty, or cut off in its first line") }
        let line = text[..<end]
        let decoder = JSONDecoder()
        struct Version: Codable { let foundling: String; let version: Int }
        guard let version = try? decoder.decode(Version.self, from: Data(line)), version.foundling == kind else {
            throw invalid("its first line is no header of a plan")
        }
        guard version.version == Plan.version else {
            throw invalid("it is of version \(version.version), and this Foundling knows \(Plan.version)")
        }
        guard line.count > hashLength, let tail = String(validating: line.suffix(hashLength), as: UTF8.self),
            tail.hasPrefix(",\"hash\":\""), tail.hasSuffix("\"}")
        else { throw invalid("its header has no hash") }
        let hash = String(tail.dropFirst(9).dropLast(2))
        let rest = Array(text[text.index(after: end)...])
        let digest = Digest.hex(Array(line.dropLast(hashLength)) + Array("}\n".utf8) + rest)
        guard digest == hash || !Safeguard.planHash.isOn else {
            throw invalid("it was edited or cut off: its hash does not match")
        }
        do {
            let header = try decoder.decode(Header.self, from: Data(line))
            let items = try rest.split(separator: 0x0A).map { try decoder.decode(Plan.Item.self, from: Data($0)) }
            guard items.count == header.items, Set(items.map(\.path)).count == items.count else {
                throw invalid("its items are not those its header counts")
            }
            guard items.allSatisfy({ (0..<1 << 40).contains($0.files) && $0.freed < 1 << 60 }) else {
                throw invalid("a number in it is no number of files or bytes")
            }
            var plan = Plan(
                created: header.created, manifest: header.manifest, manifestHash: header.manifestHash,
                grounds: header.grounds, wholes: header.wholes, trips: header.trips, items: items)
            plan.expires = header.expires
            return (plan, hash)
        } catch let error as FoundlingError { throw error } catch { throw invalid("its lines are not those of a plan") }
    }
}
