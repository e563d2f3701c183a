package io.muster.app;

import io.muster.access.AccessConfiguration;
import io.muster.access.PasswordLinks;
import io.muster.access.Secrets;
import io.muster.access.SignIns;
import io.muster.access.Tokens;
import io.muster.access.Users;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.FilteredContacts;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.PageEventRemoval;
import io.muster.dedup.RulesConfiguration;
import io.muster.dedup.SearchTasks;
import io.muster.dedup.SettingsChange;
import io.muster.dedup.SharedKeys;
import io.muster.dedup.Survivors;
import io.muster.dedup.TestContacts;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.dedup.merge.PossibleDuplicates;
import io.muster.dedup.merge.RuleKeys;
import io.muster.directory.store.Audit;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.ContactLists;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.EventExport;
import io.muster.directory.store.KeptCounts;
import io.muster.directory.store.LineageRuns;
import io.muster.directory.store.ListMembers;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.MemberExport;
import io.muster.directory.store.Responses;
import io.muster.directory.store.Timeline;
import io.muster.frequency.Eligibility;
import io.muster.frequency.FrequencyConfiguration;
import io.muster.frequency.FrequencyExplainer;
import io.muster.frequency.FrequencyResets;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencySimulation;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.ListUses;
import io.muster.intake.EventCounts;
import io.muster.intercept.Conditions;
import io.muster.intercept.InterceptConfiguration;
import io.muster.intercept.Projects;
import io.muster.intercept.SegmentUses;
import io.muster.jobs.servers.Servers;
import io.muster.load.EventSources;
import io.muster.load.JournalReader;
import io.muster.segment.Segments;
import io.muster.segment.members.MemberSample;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.members.SegmentMembers;
import io.muster.segment.members.SegmentPreview;
import io.muster.segment.members.SegmentTrends;
import io.muster.segment.publish.Switching;
import io.muster.snapshot.feed.EvaluatorRows;
import io.muster.support.Ids;
import io.muster.support.PublicUrl;
import io.muster.support.Settings;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The services of the application as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import({
    RulesConfiguration.class,
    SegmentConfiguration.class,
    MergeConfiguration.class,
    FrequencyConfiguration.class,
    InterceptConfiguration.class,
    AccessConfiguration.class
})
public class AppConfiguration {

    /** The reports of evaluators. */
    @Bean
    EvaluatorRows evaluatorRows(JdbcClient jdbc, InstantSource clock) {
        return new EvaluatorRows(jdbc, clock);
    }

    /** What evaluators say of themselves. */
    @Bean
    EvaluatorService evaluatorService(EvaluatorRows rows) {
        return new EvaluatorService(rows);
    }

    /** The servers that share the database. */
    @Bean
    ServerService serverService(JdbcClient jdbc) {
        return new ServerService(new Servers(jdbc));
    }

    /** Counts of events. */
    @Bean
    EventCountService eventCountService(Projects projects, JdbcClient jdbc, InstantSource clock, Ids ids) {
        return new EventCountService(projects, new EventCounts(jdbc), clock, ids);
    }

    /** Directories. */
    @Bean
    DirectoryService directoryService(
            TransactionTemplate transactions,
            Directories directories,
            IdentityRules rules,
            SettingsChange settings,
            Contacts contacts,
            MailingLists lists,
            EmbeddedNames names,
            Projects projects,
            Audit audit) {
        return new DirectoryService(
                transactions, directories, rules, settings, contacts, lists, names, projects, audit);
    }

    /** Counts of contacts. */
    @Bean
    CountService countService(Directories directories, JdbcClient jdbc, InstantSource clock) {
        return new CountService(directories, new KeptCounts(jdbc, clock), clock);
    }

    /** Lists. */
    @Bean
    ListService listService(
            TransactionTemplate transactions,
            Directories directories,
            MailingLists lists,
            MemberExport members,
            ListUses uses,
            Audit audit) {
        return new ListService(transactions, directories, lists, members, uses, audit);
    }

    /** Contacts. */
    @Bean
    ContactService contactService(
            Directories directories,
            Contacts contacts,
            MailingLists lists,
            ContactLists memberships,
            Timeline timeline,
            IdentityRules rules,
            ContactEdits edits,
            ContactSearch search,
            ContactExport export,
            Ids ids) {
        return new ContactService(
                directories, contacts, lists, memberships, timeline, rules, edits, search, export, ids);
    }

    /** Contacts as lists of them. */
    @Bean
    ContactListing contactListing(
            Directories directories,
            Contacts contacts,
            MailingLists lists,
            ListMembers members,
            Segments segments,
            SegmentMembers segmentMembers,
            ContactSearch search,
            ContactExport export,
            Ids ids) {
        return new ContactListing(directories, contacts, lists, members, segments, segmentMembers, search, export, ids);
    }

    /** Searches that read all contacts. */
    @Bean
    ContactSearches contactSearches(
            Directories directories,
            ContactSearch search,
            ContactListing listing,
            Secrets secrets,
            JdbcClient jdbc,
            InstantSource clock) {
        return new ContactSearches(
                directories,
                search,
                listing,
                new SearchTasks(jdbc, clock),
                clock,
                () -> secrets.make().substring(0, ContactSearches.NAME_LENGTH));
    }

    /** Single contacts as people look at them. */
    @Bean
    ContactProfiles contactProfiles(
            Directories directories,
            Contacts contacts,
            ContactLists memberships,
            Segments segments,
            MembershipHistory history,
            IdentityRules rules,
            TestContacts tests,
            JdbcClient jdbc,
            Ids ids) {
        return new ContactProfiles(
                directories,
                contacts,
                memberships,
                segments,
                history,
                new Survivors(jdbc),
                rules,
                new SharedKeys(jdbc),
                tests,
                ids);
    }

    /** Contacts and members, some at a time. */
    @Bean
    ContactReading contactReading(
            Contacts contacts,
            ListMembers members,
            MailingLists lists,
            ContactLists memberships,
            LineageRuns runs,
            Segments segments,
            MembershipHistory history,
            ContactSearch search,
            JdbcClient jdbc,
            Ids ids) {
        return new ContactReading(
                contacts,
                members,
                lists,
                memberships,
                runs,
                new Survivors(jdbc),
                segments,
                history,
                new FilteredContacts(contacts, members, search),
                ids);
    }

    /** Contacts that people type in. */
    @Bean
    ContactTyping contactTyping(Directories directories, EmbeddedNames names, ContactEdits edits, Ids ids) {
        return new ContactTyping(directories, names, edits, ids);
    }

    /** Contacts that programs write one by one. */
    @Bean
    ContactWriting contactWriting(ContactEdits edits, Ids ids) {
        return new ContactWriting(edits, ids);
    }

    /** What is known around contacts. */
    @Bean
    ContactHistory contactHistory(
            Contacts contacts,
            ContactLists lists,
            Segments segments,
            MembershipHistory memberships,
            Timeline timeline,
            Duplicates duplicates,
            JdbcClient jdbc,
            Ids ids) {
        return new ContactHistory(
                contacts,
                lists,
                segments,
                memberships,
                timeline,
                new MergedTimeline(timeline, duplicates, memberships, new Responses(jdbc), ids),
                ids);
    }

    /** Where the values of contacts come from. */
    @Bean
    LineageService lineageService(Contacts contacts, EmbeddedNames names, LineageRuns runs, Audit audit, Ids ids) {
        return new LineageService(contacts, names, runs, audit, ids);
    }

    /** What the values of contacts were before. */
    @Bean
    PastValues pastValues(Contacts contacts, JdbcClient jdbc, Ids ids) {
        return new PastValues(contacts, new JournalReader(jdbc), ids);
    }

    /** Transactions and touchpoints of a whole directory. */
    @Bean
    EventService eventService(
            Directories directories, Timeline timeline, JdbcClient jdbc, InstantSource clock, Ids ids) {
        return new EventService(directories, new EventSources(jdbc, clock), timeline, new EventExport(jdbc, ids), ids);
    }

    /** Responses to surveys. */
    @Bean
    ResponseService responseService(
            Projects projects, Segments segments, SegmentMembers members, JdbcClient jdbc, Ids ids) {
        return new ResponseService(projects, segments, members, new Responses(jdbc), new EventExport(jdbc, ids), ids);
    }

    /** What came from pages, to be taken back. */
    @Bean
    PageEventDeletions pageEventDeletions(
            Projects projects,
            FrequencyUpkeep upkeep,
            JdbcClient jdbc,
            PlatformTransactionManager manager,
            InstantSource clock,
            Ids ids) {
        return new PageEventDeletions(projects, new PageEventRemoval(jdbc, manager, clock), upkeep, ids);
    }

    /** Touchpoints added one by one. */
    @Bean
    TouchpointService touchpointService(
            Directories directories,
            ContactSearch search,
            TouchpointEdits edits,
            FrequencyUpkeep upkeep,
            InstantSource clock,
            Ids ids) {
        return new TouchpointService(directories, search, edits, upkeep, clock, ids);
    }

    /** What people need who test intercepts. */
    @Bean
    TestingService testingService(
            Directories directories,
            ContactSearch search,
            FrequencyResets resets,
            FrequencyUpkeep upkeep,
            TestContacts tests,
            ContactEdits edits,
            Ids ids) {
        return new TestingService(directories, search, resets, upkeep, tests, edits, ids);
    }

    /** Duplicates and merges. */
    @Bean
    MergeService mergeService(Directories directories, Duplicates duplicates, Ids ids) {
        return new MergeService(directories, duplicates, ids);
    }

    /** How a directory recognises people. */
    @Bean
    IdentityService identityService(Directories directories, IdentityRules rules, RuleKeys keys, Contacts contacts) {
        return new IdentityService(directories, rules, keys, contacts);
    }

    /** Possible duplicates for people who look at them. */
    @Bean
    DuplicateService duplicateService(
            Directories directories,
            IdentityRules rules,
            PossibleDuplicates duplicates,
            Timeline timeline,
            MailingLists lists,
            Ids ids) {
        return new DuplicateService(directories, rules, duplicates, timeline, lists, ids);
    }

    /** Who did what. */
    @Bean
    AuditService auditService(Audit audit, Directories directories, Ids ids) {
        return new AuditService(audit, directories, ids);
    }

    /** Tokens. */
    @Bean
    TokenService tokenService(
            TransactionTemplate transactions, Directories directories, Tokens tokens, Secrets secrets, Audit audit) {
        return new TokenService(transactions, directories, tokens, secrets, audit);
    }

    /** Segments. */
    @Bean
    SegmentService segmentService(
            Directories directories,
            Contacts contacts,
            Segments segments,
            Projects intercepts,
            Switching switching,
            SegmentMembers members,
            MembershipHistory history,
            SegmentPreview preview,
            FrequencyRuleStore rules,
            TransactionTemplate transactions,
            Ids ids) {
        return new SegmentService(
                directories,
                contacts,
                segments,
                intercepts,
                switching,
                members,
                history,
                preview,
                rules,
                transactions,
                ids);
    }

    /** Segments as lists and pages show them. */
    @Bean
    SegmentOverviews segmentOverviews(
            Directories directories,
            Segments segments,
            SegmentTrends trends,
            MembershipHistory history,
            SegmentUses uses,
            InstantSource clock) {
        return new SegmentOverviews(directories, segments, trends, history, uses, clock);
    }

    /** How far the members of segments can be reached. */
    @Bean
    SegmentReach segmentReach(MemberSample sample, Contacts contacts, EligibilityService eligibility) {
        return new SegmentReach(sample, contacts, eligibility);
    }

    /** Conditions that are being written. */
    @Bean
    ConditionDrafts conditionDrafts(
            Directories directories,
            Contacts contacts,
            MailingLists lists,
            Segments segments,
            EmbeddedNames names,
            SegmentPreview preview,
            Ids ids) {
        return new ConditionDrafts(directories, contacts, lists, segments, names, preview, ids);
    }

    /** Frequency rules. */
    @Bean
    FrequencyRuleService frequencyRuleService(
            Directories directories,
            Segments segments,
            MailingLists lists,
            FrequencyRuleStore rules,
            FrequencyUpkeep upkeep,
            Projects projects) {
        return new FrequencyRuleService(directories, segments, lists, rules, upkeep, projects);
    }

    /** Who may be contacted. */
    @Bean
    EligibilityService eligibilityService(
            Directories directories,
            Segments segments,
            MailingLists lists,
            Contacts contacts,
            ContactSearch search,
            JdbcClient jdbc,
            Eligibility eligibility,
            FrequencyRuleStore rules,
            FrequencyExplainer explainer,
            FrequencyUpkeep upkeep,
            TransactionTemplate transactions,
            Audit audit,
            InstantSource clock,
            Ids ids) {
        return new EligibilityService(
                directories,
                segments,
                lists,
                contacts,
                search,
                new Survivors(jdbc),
                eligibility,
                rules,
                explainer,
                upkeep,
                transactions,
                audit,
                clock,
                ids);
    }

    /** Forecasts that a page cannot wait for. */
    @Bean
    ForecastTasks forecastTasks(FrequencyForecasts forecasts, InstantSource clock) {
        return new ForecastTasks(forecasts, clock);
    }

    /** What frequency rules would do. */
    @Bean
    FrequencyForecasts frequencyForecasts(
            Directories directories,
            Segments segments,
            MailingLists lists,
            FrequencyRuleService rules,
            FrequencySimulation simulation,
            FrequencyUpkeep upkeep,
            InstantSource clock,
            Ids ids) {
        return new FrequencyForecasts(directories, segments, lists, rules, simulation, upkeep, clock, ids);
    }

    /** Projects and intercepts. */
    @Bean
    ProjectService projectService(
            TransactionTemplate transactions,
            Directories directories,
            Projects projects,
            Environment environment,
            InstantSource clock,
            Ids ids) {
        InterceptReading reading = new InterceptReading(directories, new Conditions(ids));
        Optional<String> publicUrl = PublicUrl.read(new Settings(environment::getProperty));
        return new ProjectService(transactions, directories, projects, reading, publicUrl, clock, ids);
    }

    /** Projects as files. */
    @Bean
    ProjectFiles projectFiles(
            TransactionTemplate transactions,
            Directories directories,
            Projects projects,
            ProjectService service,
            Ids ids) {
        return new ProjectFiles(transactions, directories, projects, service, ids);
    }

    /** Who intercepts are for. */
    @Bean
    TargetService targetService(
            Directories directories, Segments segments, SegmentService counting, CountService counts) {
        return new TargetService(directories, segments, counting, counts);
    }

    /** Settings as they count. */
    @Bean
    SettingsService settingsService(ConfigurableEnvironment environment) {
        return new SettingsService(environment);
    }

    /** People. */
    @Bean
    UserService userService(
            TransactionTemplate transactions,
            Directories directories,
            Users users,
            ObjectProvider<PasswordLinks> passwords,
            ObjectProvider<SignIns> signIns,
            Audit audit,
            InstantSource clock) {
        return new UserService(transactions, directories, users, passwords, signIns, audit, clock);
    }
}
