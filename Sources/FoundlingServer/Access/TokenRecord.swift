/// What is kept of a token: everything but its secret.
///
/// Of the secret there is a plain SHA-256. A slow hash with a salt protects what people think up; here 256 bits came
/// from the kernel's generator, and nobody tries those out, however fast each try is. So a request costs microseconds.
package struct TokenRecord: Sendable, Equatable {
    package let id: String
    package let name: String
    package let role: Role
    /// Nanoseconds since 1970.
    package let created: Int64
    /// The first moment at which it is not valid any more; nil is never.
    package let expires: Int64?
    /// Of the whole secret, in hexadecimal.
    let hash: String

    package func isExpired(at now: Int64) -> Bool { expires.map { $0 <= now } ?? false }
}

extension TokenRecord: Codable {
    private enum Key: String, CodingKey {
        case id, name, role, created, expires, hash
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        id = try fields.decode(String.self, forKey: .id)
        name = try fields.decode(String.self, forKey: .name)
        role = try fields.decode(Role.self, forKey: .role)
        created = try fields.decode(Int64.self, forKey: .created)
        // A line that was lost must not make a token live for ever: never is written as null, and as nothing else.
        guard fields.contains(.expires) else {
            throw DecodingError.keyNotFound(
                Key.expires, .init(codingPath: fields.codingPath, debugDescription: "a token has no 'expires'"))
        }
        expires = try fields.decode(Int64?.self, forKey: .expires)
        hash = try fields.decode(String.self, forKey: .hash)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(name, forKey: .name)
        try fields.encode(role, forKey: .role)
        try fields.encode(created, forKey: .created)
        try fields.encode(expires, forKey: .expires)
        try fields.encode(hash, forKey: .hash)
    }
}
