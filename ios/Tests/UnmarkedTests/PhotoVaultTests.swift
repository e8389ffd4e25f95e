import UnmarkedCore
import XCTest

@testable import Unmarked

/// The vault of the app over the real core, with a keychain that stands in.
final class PhotoVaultTests: FolderTestCase {
    private let secrets = SecretsInMemory()
    private let photo = TestPhoto().bytes
    private var home: URL { folder.appendingPathComponent("vault", isDirectory: true) }

    // the least that the core allows: what a passphrase costs is tested there
    private func vault() -> PhotoVault {
        PhotoVault(
            folder: home, store: secrets,
            settings: VaultSettings(cost: PassphraseCost(memoryKib: 8192, passes: 1)))
    }

    private func store(_ vault: PhotoVault, limits: RecordLimits = RecordLimits()) async throws -> String {
        let photo = photo
        return try await vault.use {
            try $0.add(content: photo, what: VaultRecordToAdd(kind: .original, name: "IMG_0001.jpg", limits: limits))
        }
    }

    /// A vault with one photo, locked.
    private func stored(passphrase: String? = nil) async throws -> String {
        let vault = vault()
        try await vault.create(passphrase: passphrase)
        let id = try await store(vault)
        try await vault.lock()
        return id
    }

    private func opens(_ id: String, passphrase: String? = nil) async throws {
        let vault = vault()
        try await vault.open(passphrase: passphrase)
        let content = try await vault.use { try $0.read(id: id) }
        XCTAssertEqual(content.all(), photo)
        try await vault.lock()
    }

    private func problem(
        _ kind: VaultProblem.Kind, line: UInt = #line, _ work: () async throws -> Void
    ) async {
        do {
            try await work()
            XCTFail("done, expected \(kind)", line: line)
        } catch let problem as VaultProblem {
            XCTAssertEqual(problem.kind, kind, line: line)
            XCTAssertFalse(problem.reason.isEmpty || problem.advice.isEmpty || problem.reason.hasPrefix("vault."), line: line)
        } catch {
            XCTFail("\(error)", line: line)
        }
    }

    func testMadeLockedAndOpenedAgain() async throws {
        let id = try await stored()
        let needs = try await vault().needs()
        XCTAssertEqual(needs, .platformKey)
        try await opens(id)
        await problem(.locked) { _ = try await vault().use { try $0.list() } }
        await problem(.notEmpty) { try await vault().create() }
        try await opens(id)
        XCTAssertEqual(secrets.accounts, ["vault.current"])
        let attributes = try FileManager.default.attributesOfItem(atPath: home.path)
        XCTAssertEqual(attributes[.posixPermissions] as? Int, 0o700)
        for file in try files() {
            let bytes = try Data(contentsOf: file)
            XCTAssertNil(bytes.range(of: Data("IMG_0001".utf8)))
            XCTAssertNil(bytes.range(of: photo.prefix(16)))
        }
    }

    #if canImport(Darwin)
    func testOutsideBackups() async throws {
        _ = try await stored()
        XCTAssertEqual(try home.resourceValues(forKeys: [.isExcludedFromBackupKey]).isExcludedFromBackup, true)
    }
    #endif

    func testWithAPassphraseItNeedsBoth() async throws {
        let id = try await stored(passphrase: "caf\u{e9} horse")
        let needs = try await vault().needs()
        XCTAssertEqual(needs, .both)
        try await opens(id, passphrase: "cafe\u{301} horse")
        await problem(.wrongKey) { try await vault().open(passphrase: "other") }
        await problem(.needsOther) { try await vault().open() }
        await problem(.unusable) { try await vault().open(passphrase: "") }
    }

    func testAnotherKeyOfTheDeviceOpensNothing() async throws {
        _ = try await stored()
        let other = SecretsInMemory()
        try VaultKey("vault", in: other).stage(leastGeneration: 0)
        await problem(.wrongKey) { try await PhotoVault(folder: home, store: other).open() }
        await problem(.keyLost) { try await PhotoVault(folder: home, store: SecretsInMemory()).open() }
        try secrets.write("vault.current", Data(count: 39))
        await problem(.keyDamaged) { try await vault().open() }
        // the way on from there
        try await vault().wipe()
        try await opens(try await stored())
    }

    func testItWaitsForTheDeviceToBeUnlocked() async throws {
        let id = try await stored()
        secrets.deviceLocked = true
        await problem(.deviceLocked) { try await vault().open() }
        secrets.deviceLocked = false
        try await opens(id)
    }

    func testViewsAreUsedUp() async throws {
        let vault = vault()
        try await vault.create()
        let id = try await store(vault, limits: RecordLimits(views: 1))
        try await vault.lock()
        try await opens(id)
        try await vault.open()
        await problem(.noSuchRecord) { _ = try await vault.use { try $0.read(id: id) } }
        let again = try await store(vault, limits: RecordLimits(views: 1))
        _ = try await vault.use { try $0.read(id: again) }
        await problem(.noViewsLeft) { _ = try await vault.use { try $0.read(id: again) } }
    }

    func testWhatHasExpiredIsGone() async throws {
        let vault = vault()
        try await vault.create()
        let id = try await store(vault)
        try await vault.use { try $0.restrict(id: id, limits: RecordLimits(expires: 1)) }
        await problem(.expired) { _ = try await vault.use { try $0.read(id: id) } }
        await problem(.expired) { _ = try await store(vault, limits: RecordLimits(expires: 1)) }
    }

    func testOneObjectHasItOpen() async throws {
        let first = vault()
        try await first.create()
        try await first.open()
        await problem(.inUse) { try await vault().open() }
        let held = try await first.use { $0 }
        try await first.lock()
        XCTAssertThrowsError(try held.list()) { XCTAssertEqual(VaultProblem($0).kind, .locked) }
        try await vault().open()
    }

    func testAnOldCopyOfTheFolderIsTold() async throws {
        let vault = vault()
        try await vault.create()
        try await vault.lock()
        let old = folder.appendingPathComponent("old")
        try FileManager.default.copyItem(at: home, to: old)
        try await vault.open()
        _ = try await store(vault)
        try await vault.lock()
        try FileManager.default.removeItem(at: home)
        try FileManager.default.moveItem(at: old, to: home)
        await problem(.rolledBack) { try await vault.open() }
    }

    func testThePassphraseIsChanged() async throws {
        let id = try await stored(passphrase: "old")
        let vault = vault()
        let before = try secrets.read("vault.current")
        try await vault.open(passphrase: "old")
        try await vault.rekey(passphrase: "new")
        try await vault.lock()
        XCTAssertNotEqual(try secrets.read("vault.current")?.prefix(32), before?.prefix(32))
        await problem(.wrongKey) { try await vault.open(passphrase: "old") }
        try await opens(id, passphrase: "new")
    }

    /// The keychain stops taking changes at each point of creating and rekeying.
    func testACrashLeavesAKeyThatOpensTheVault() async throws {
        for point in 0...3 {
            secrets.changesLeft = point
            try? await vault().create()
            secrets.changesLeft = .max
            if await (try? vault().needs()) == nil { try await vault().create() }
            let again = vault()
            try await again.open()
            let id = try await store(again)
            try await again.lock()

            for point in 0...3 {
                let rekeyed = vault()
                try await rekeyed.open()
                secrets.changesLeft = point
                try? await rekeyed.rekey(passphrase: nil)
                secrets.changesLeft = .max
                try await rekeyed.use { $0 }.lock()
                try await opens(id)
                XCTAssertEqual(secrets.accounts, ["vault.current"], "\(point)")
            }
            try await vault().wipe()
        }
    }

    func testWipingDestroysTheKeysFirst() async throws {
        _ = try await stored()
        try await vault().wipe()
        XCTAssertEqual(secrets.accounts, [])
        await problem(.noVault) { try await vault().open() }
        let second = vault()
        try await second.create()
        _ = try await store(second)
        try await second.wipe()
        XCTAssertEqual(secrets.accounts, [])
        await problem(.locked) { _ = try await second.use { try $0.list() } }
        await problem(.noVault) { try await second.wipe() }
    }

    func testWhatIsNotedNeverGoesBack() throws {
        let key = VaultKey("vault", in: secrets)
        try key.stage(leastGeneration: 7)
        try key.promote()
        try key.note(3)
        XCTAssertEqual(try key.leastGeneration(.current), 7)
        try key.note(0x0102_0304_0506_0708)
        XCTAssertEqual(try key.leastGeneration(.current), 0x0102_0304_0506_0708)
        XCTAssertEqual(try key.slots(), [.current])
    }

    func testACleanPhotoIsStoredAsMadeOfItsOriginal() async throws {
        let vault = vault()
        try await vault.create()
        let id = try await store(vault)
        let clean = try await vault.use { open in
            let clean = try open.read(id: id).clean(policy: CleaningPolicy(method: .strip))
            return try open.addClean(photo: clean, of: id, limits: RecordLimits())
        }
        let (record, bytes) = try await vault.use { (try $0.record(id: clean), try $0.read(id: clean).all()) }
        XCTAssertEqual(record.kind, .clean(of: id))
        XCTAssertEqual(record.mediaType, "image/jpeg")
        XCTAssertEqual(try checkPhoto(photo: bytes), .clean)
    }

    /// Vaults that an earlier version wrote.
    func testVaultsOfFormat1Open() throws {
        let vaults = try Vector.read("vault/format-1.txt")
        XCTAssertEqual(vaults.map(\.name), ["platform_key", "passphrase", "both"])
        let needs: [VaultNeeds] = [.platformKey, .passphrase, .both]
        var read = 0
        for (vector, needs) in zip(vaults, needs) {
            try? FileManager.default.removeItem(at: home)
            try PrivateFolder.make(home)
            for key in vector.values.keys where key.hasPrefix("file.") {
                try vector.bytes(key)?.write(to: home.appendingPathComponent(String(key.dropFirst(5))))
            }
            XCTAssertEqual(try vaultNeeds(folder: home.path), needs, "\(vector)")
            let settings = VaultSettings()
            XCTAssertThrowsError(
                try openVault(folder: home.path, unlock: unlock(vector, last: 1), settings: settings), "\(vector)"
            ) { XCTAssertEqual(VaultProblem($0).kind, .wrongKey, "\(vector)") }
            let vault = try openVault(folder: home.path, unlock: unlock(vector, last: 0), settings: settings)
            let records = try vault.list()
            let expected = (1...9).compactMap { vector.values["record.\($0)"] }
            XCTAssertEqual(records.map { shown($0, first: records[0].id) }, expected, "\(vector)")
            for record in records {
                let content = Data((0..<record.length).map { UInt8(truncatingIfNeeded: $0 &* 7) })
                XCTAssertEqual(try vault.read(id: record.id).all(), content, "\(vector)")
                read += 1
            }
            let log = try vault.log()
            XCTAssertEqual(String(log.events.count), vector.values["events"], "\(vector)")
            XCTAssertEqual(log.hash, try vector.bytes("log"), "\(vector)")
            vault.lock()
        }
        XCTAssertEqual(read, 2)
    }

    /// What opens the vault of `vector`; with another `last` byte and passphrase, what does not.
    private func unlock(_ vector: Vector, last: UInt8) throws -> VaultUnlock {
        var key = try vector.bytes("platform_key") ?? Data()
        if !key.isEmpty { key[31] ^= last }
        let passphrase = Data(((vector.values["passphrase"] ?? "") + (last == 0 ? "" : "x")).utf8)
        switch vector.name {
        case "platform_key": return try .withPlatformKey(platformKey: key)
        case "passphrase": return try .withPassphrase(passphrase: passphrase)
        default: return try .withBoth(platformKey: key, passphrase: passphrase)
        }
    }

    /// A record as the vectors tell it. A clean photo has to be made of the first.
    private func shown(_ record: VaultRecord, first: String) -> String {
        let kind: String
        switch record.kind {
        case .original: kind = "original"
        case .clean(let of): kind = of == first ? "clean" : "clean of another"
        case .data: kind = "data"
        }
        let words = [record.name, record.mediaType, record.note, record.viewsLeft.map(String.init)].map { $0 ?? "-" }
        return ([kind, String(record.length)] + words).joined(separator: " ")
    }
}

extension VaultContent {
    /// The whole content, by pieces.
    func all() -> Data { pieces { read(offset: $0, length: .max) } }
}
