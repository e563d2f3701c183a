package io.muster.app;

import io.muster.dedup.ContactEdits;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.RulesConfiguration;
import io.muster.dedup.SettingsChange;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.directory.store.Audit;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.ContactLists;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.LineageRuns;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.MemberExport;
import io.muster.directory.store.Timeline;
import io.muster.segment.Segments;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.members.SegmentMembers;
import io.muster.segment.members.SegmentPreview;
import io.muster.segment.publish.Switching;
import io.muster.support.Ids;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.support.TransactionTemplate;

/** The services of the application as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import({RulesConfiguration.class, SegmentConfiguration.class, MergeConfiguration.class})
public class AppConfiguration {

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
            Audit audit) {
        return new DirectoryService(transactions, directories, rules, settings, contacts, lists, names, audit);
    }

    /** Lists. */
    @Bean
    ListService listService(
            TransactionTemplate transactions,
            Directories directories,
            MailingLists lists,
            MemberExport members,
            Segments segments,
            Audit audit) {
        return new ListService(transactions, directories, lists, members, segments, audit);
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

    /** What is known around contacts. */
    @Bean
    ContactHistory contactHistory(
            Contacts contacts,
            ContactLists lists,
            Segments segments,
            MembershipHistory memberships,
            Timeline timeline,
            Duplicates duplicates,
            Ids ids) {
        return new ContactHistory(
                contacts,
                lists,
                segments,
                memberships,
                timeline,
                new MergedTimeline(timeline, duplicates, memberships, ids),
                ids);
    }

    /** Where the values of contacts come from. */
    @Bean
    LineageService lineageService(Contacts contacts, EmbeddedNames names, LineageRuns runs, Audit audit, Ids ids) {
        return new LineageService(contacts, names, runs, audit, ids);
    }

    /** Touchpoints added one by one. */
    @Bean
    TouchpointService touchpointService(
            Directories directories, ContactSearch search, TouchpointEdits edits, InstantSource clock, Ids ids) {
        return new TouchpointService(directories, search, edits, clock, ids);
    }

    /** Duplicates and merges. */
    @Bean
    MergeService mergeService(Directories directories, Duplicates duplicates, Ids ids) {
        return new MergeService(directories, duplicates, ids);
    }

    /** Who did what. */
    @Bean
    AuditService auditService(Audit audit, Directories directories, Ids ids) {
        return new AuditService(audit, directories, ids);
    }

    /** Segments. */
    @Bean
    SegmentService segmentService(
            Directories directories,
            Contacts contacts,
            Segments segments,
            Switching switching,
            SegmentMembers members,
            MembershipHistory history,
            SegmentPreview preview,
            Ids ids) {
        return new SegmentService(directories, contacts, segments, switching, members, history, preview, ids);
    }
}
