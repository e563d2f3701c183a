package io.muster.app;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.RulesConfiguration;
import io.muster.dedup.SettingsChange;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.directory.store.Audit;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.MemberExport;
import io.muster.segment.members.SegmentConfiguration;
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
            Audit audit) {
        return new ListService(transactions, directories, lists, members, audit);
    }
}
