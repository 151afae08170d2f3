/// Times by the five fields of cron.
package struct CronExpression: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) { self.text = text }
}
