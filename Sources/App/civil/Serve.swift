import App
import ArgumentParser
import Database
import Foundation
import Jobs
import Journal
import Kernel
import Logging
import Server
import ServiceLifecycle
import UnixSignals
import Web

/// `civil serve`
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serves the site and the API until it is told to stop.")

  @OptionGroup var options: Options

  @Option(help: "The address to listen on [CIVIL_HOST]")
  var host: String?

  @Option(help: "The port to listen on; 0 picks a free one [CIVIL_PORT]")
  var port: Int?

  @Option(help: "on, off (on this machine only), or a file of limits [CIVIL_LIMITS]")
  var limits: String?

  @Option(help: "What the site calls itself [CIVIL_NAME]")
  var name: String?

  @Option(
    name: .customLong("mail-server"),
    help: "The server that e-mail is handed over to: smtps://USER:PASSWORD@HOST; into files when not given [CIVIL_MAIL_SERVER]")
  var mailServer: String?

  @Option(name: .customLong("mail-from"), help: "Whom e-mail comes from: post@civil.example.org [CIVIL_MAIL_FROM]")
  var mailFrom: String?

  @Option(
    name: .customLong("webhooks-to-private"),
    help: "yes when webhooks may go to machines of your own network, and without encryption [CIVIL_WEBHOOKS_TO_PRIVATE]")
  var webhooksToPrivate: String?

  func run() async throws {
    try await Command.run {
      let resolved = try await Resolved(flags: [
        "database": options.database, "keys": options.keys, "locales": options.locales, "log.level": options.logLevel,
        "host": host,
        "port": port.map(String.init), "limits": limits, "name": name, "mail.server": mailServer,
        "mail.from": mailFrom, "webhooks.to.private": webhooksToPrivate,
      ])
      let logger = try resolved.logger()
      let settings = try resolved.settings()
      try await Command.using(settings.database) {
        let app = try await CivilApplication.open(settings, logger: logger)
        // Before the first write: what follows an older copy of the database is an epoch of its own.
        try await app.sealer.check()
        // Before the first request: a need stated a moment too early would be prescribed for from an empty shelf.
        try await app.node.indexes.load()
        try await serve(app, logger: logger)
      }
    }
  }

  private func serve(_ app: CivilApplication, logger: Logger) async throws {
    let settings = app.settings
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let server = try app.site.server(host: settings.host, port: settings.port, logger: quiet) { port in
      if let hint = Demonstration.signInHint(settings) { Command.say(hint) }
      Command.say("\(settings.name) is at http://\(settings.host == "0.0.0.0" ? "localhost" : settings.host):\(port)")
    }
    // Stopped in the opposite order: the server first finishes what is in flight, the database goes last.
    let services: [any Service] = [Closing(app.node.database)] + app.background.map { Background($0) } + [server]
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map {
          .init(
            service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        }, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
    do {
      try await group.run()
    } catch {
      guard let sentence = ListenFailure.sentence(error, host: settings.host, port: settings.port) else { throw error }
      throw Command.fail(sentence, 69)
    }
  }
}

/// Runs until the others have stopped, then closes the database.
private struct Closing: Service, CustomStringConvertible {
  private let database: any Database

  init(_ database: any Database) {
    self.database = database
  }

  // Without a name of its own, a service's is a print of everything that it holds.
  var description: String { "closing the database" }

  func run() async throws {
    try? await gracefulShutdown()
    await database.close()
  }
}

/// Work of the node that goes on beside the server.
private struct Background: Service, CustomStringConvertible {
  private let work: @Sendable () async throws -> Void

  init(_ work: @escaping @Sendable () async throws -> Void) {
    self.work = work
  }

  var description: String { "background work" }

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      do {
        try await work()
      } catch is CancellationError {}
    }
  }
}
