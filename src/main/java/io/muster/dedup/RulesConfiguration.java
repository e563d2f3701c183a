package io.muster.dedup;

import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.EmbeddedNames;
import io.muster.support.Ids;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The store of identity rules and what reads by them, as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import(DirectoryConfiguration.class)
public class RulesConfiguration {

    /** The rules of the directories. */
    @Bean
    IdentityRules identityRules(
            JdbcClient jdbc, TransactionTemplate transactions, EmbeddedNames names, InstantSource clock) {
        return new IdentityRules(jdbc, transactions, names, clock);
    }

    /** Changes of settings that concern the rules as well. */
    @Bean
    SettingsChange settingsChange(
            JdbcClient jdbc, PlatformTransactionManager transactions, Directories directories, IdentityRules rules) {
        return new SettingsChange(jdbc, transactions, directories, rules);
    }

    /** Edits of single contacts. */
    @Bean
    ContactEdits contactEdits(JdbcClient jdbc, PlatformTransactionManager transactions, InstantSource clock, Ids ids) {
        return new ContactEdits(jdbc, transactions, clock, ids);
    }

    /** Contacts that people test with. */
    @Bean
    TestContacts testContacts(JdbcClient jdbc, PlatformTransactionManager transactions, InstantSource clock) {
        return new TestContacts(jdbc, transactions, clock);
    }

    /** Says who is known. */
    @Bean
    ContactLookup contactLookup(JdbcClient jdbc, PlatformTransactionManager transactions) {
        return new ContactLookup(jdbc, transactions);
    }

    /** Finds contacts. */
    @Bean
    ContactSearch contactSearch(JdbcClient jdbc, Contacts contacts, IdentityRules rules) {
        return new ContactSearch(jdbc, contacts, rules);
    }

    /** Touchpoints added one by one. */
    @Bean
    TouchpointEdits touchpointEdits(JdbcClient jdbc, PlatformTransactionManager transactions, InstantSource clock) {
        return new TouchpointEdits(jdbc, transactions, clock);
    }
}
