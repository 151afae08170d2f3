/// The templates by name; a partial is included by the same name.
///
/// What is written with three braces is not escaped: only SVG of ours and the style sheet, and a test says so.
enum Template: String, CaseIterable {
    case banners, facts, gauge, quoted
    case reportHead, reportDisk, reportResources, reportMap, reportCauses, reportOrphans, reportRecords, reportKept
    case reportAreas, reportNext, reportCertificate, reportFoot
    case layout, pager, work, moment, purge
    case overviewPage, orphansPage, danglingPage, planPage, quarantinePage, runsPage, runPage, tasksPage, healthPage
    case noticePage, loginPage

    var text: String {
        switch self {
        case .banners: ComponentTemplates.banners
        case .facts: ComponentTemplates.facts
        case .quoted: ComponentTemplates.quoted
        case .gauge: ComponentTemplates.gauge
        case .reportHead: ReportTemplates.head
        case .reportDisk: ReportTemplates.disk
        case .reportResources: ReportTemplates.resources
        case .reportMap: ReportTemplates.map
        case .reportCauses: ReportTemplates.causes
        case .reportOrphans: ReportTemplates.orphans
        case .reportRecords: ReportTemplates.records
        case .reportKept: ReportTemplates.kept
        case .reportAreas: ReportTemplates.areas
        case .reportNext: ReportTemplates.next
        case .reportCertificate: ReportTemplates.certificate
        case .reportFoot: ReportTemplates.foot
        case .layout: PageTemplates.layout
        case .pager: PageTemplates.pager
        case .work: PageTemplates.work
        case .moment: PageTemplates.moment
        case .purge: PageTemplates.purge
        case .overviewPage: PageTemplates.overview
        case .orphansPage: PageTemplates.orphans
        case .danglingPage: PageTemplates.dangling
        case .planPage: PageTemplates.plan
        case .quarantinePage: PageTemplates.quarantine
        case .runsPage: PageTemplates.runs
        case .tasksPage: PageTemplates.tasks
        case .healthPage: PageTemplates.health
        case .runPage: PageTemplates.run
        case .noticePage: PageTemplates.notice
        case .loginPage: PageTemplates.login
        }
    }
}
