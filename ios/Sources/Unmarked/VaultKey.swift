import Foundation

/// The platform key of a vault: 32 random bytes that the keychain keeps on this device, so that a copy
/// of the app's files opens nothing elsewhere.
///
/// With it stands the latest generation of the vault that was noted: an old copy of the vault's folder
/// is told by it.
///
/// A new key is staged beside the one in use until the vault is opened by it, and then promoted: after
/// a crash at any point there is one that opens the vault.
struct VaultKey: Sendable {
    /// A key of the two that there can be.
    enum Slot: String, CaseIterable {
        /// The one in use.
        case current
        /// One that was made, and may be in use already if a crash came before it was promoted.
        case staged
    }

    /// How long a platform key is, in bytes.
    static let length = 32

    private let store: any SecretStore
    private let name: String

    /// The key of the vault `name`, kept in `store`.
    init(_ name: String, in store: any SecretStore) {
        self.name = name
        self.store = store
    }

    /// The keys that there are, the one in use first.
    func slots() throws -> [Slot] {
        try Slot.allCases.filter { slot in
            var kept = try store.read(account(slot))
            defer { kept?.wipe() }
            return kept != nil
        }
    }

    /// Makes a new key, staged, with `leastGeneration` noted. One that was staged before is replaced.
    func stage(leastGeneration: UInt64) throws {
        var random = SystemRandomNumberGenerator()
        var kept = Data(capacity: Self.length + 8)
        defer { kept.wipe() }
        for _ in 0..<Self.length { kept.append(UInt8.random(in: .min ... .max, using: &random)) }
        kept.append(bigEndian: leastGeneration)
        try store.write(account(.staged), kept)
    }

    /// The staged key takes the place of the one in use, which the keychain forgets.
    func promote() throws {
        var kept = try self.kept(.staged)
        defer { kept.wipe() }
        try store.write(account(.current), kept)
        try store.remove(account(.staged))
    }

    /// Hands `body` the key in memory that is wiped afterwards: it must not outlive `body`.
    func withKey<Value>(_ slot: Slot, _ body: (Data) throws -> Value) throws -> Value {
        var kept = try self.kept(slot)
        defer { kept.wipe() }
        let buffer = WipedBuffer(capacity: Self.length)
        buffer.free.copyBytes(from: kept.prefix(Self.length))
        buffer.used(Self.length)
        return try buffer.withData(body)
    }

    /// The latest generation that was noted with the key.
    func leastGeneration(_ slot: Slot) throws -> UInt64 {
        var kept = try self.kept(slot)
        defer { kept.wipe() }
        return kept.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Notes the generation of the vault, which never goes back.
    func note(_ generation: UInt64) throws {
        guard generation > (try leastGeneration(.current)) else { return }
        var kept = try self.kept(.current)
        defer { kept.wipe() }
        kept.replaceSubrange(Self.length..., with: Data(bigEndian: generation))
        try store.write(account(.current), kept)
    }

    /// Destroys the key if it is there.
    func destroy(_ slot: Slot) throws {
        try store.remove(account(slot))
    }

    private func kept(_ slot: Slot) throws -> Data {
        guard let kept = try store.read(account(slot)) else { throw VaultProblem(.keyLost) }
        guard kept.count == Self.length + 8 else { throw VaultProblem(.keyDamaged) }
        return Data(kept)
    }

    private func account(_ slot: Slot) -> String { "\(name).\(slot.rawValue)" }
}

extension Data {
    /// Overwrites the bytes with zeros. Copies that were made of them are not reached.
    mutating func wipe() { resetBytes(in: startIndex..<endIndex) }

    fileprivate init(bigEndian number: UInt64) {
        self = Swift.withUnsafeBytes(of: number.bigEndian) { Data($0) }
    }

    fileprivate mutating func append(bigEndian number: UInt64) { append(Data(bigEndian: number)) }
}
