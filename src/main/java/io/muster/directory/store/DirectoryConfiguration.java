package io.muster.directory.store;

import io.muster.support.Ids;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The stores of the domain as Spring beans. */
@Configuration(proxyBeanMethods = false)
public class DirectoryConfiguration {

    /** The directories. */
    @Bean
    Directories directories(JdbcClient jdbc, TransactionTemplate transactions, InstantSource clock, Ids ids) {
        return new Directories(jdbc, transactions, clock, ids);
    }

    /** Who did what and when. */
    @Bean
    Audit audit(JdbcClient jdbc, InstantSource clock) {
        return new Audit(jdbc, clock);
    }

    /** The mailing lists. */
    @Bean
    MailingLists mailingLists(JdbcClient jdbc, InstantSource clock, Ids ids) {
        return new MailingLists(jdbc, clock, ids);
    }

    /** The contacts. */
    @Bean
    Contacts contacts(JdbcClient jdbc, Ids ids) {
        return new Contacts(jdbc, ids);
    }

    /** The lists of contacts. */
    @Bean
    ListMembers listMembers(JdbcClient jdbc, Ids ids) {
        return new ListMembers(jdbc, ids);
    }

    /** The lists of contacts. */
    @Bean
    ContactLists contactLists(JdbcClient jdbc, Ids ids) {
        return new ContactLists(jdbc, ids);
    }

    /** The export. */
    @Bean
    ContactExport contactExport(JdbcClient jdbc, PlatformTransactionManager transactions, Ids ids) {
        return new ContactExport(jdbc, transactions, ids);
    }

    /** The export of a list's memberships. */
    @Bean
    MemberExport memberExport(JdbcClient jdbc, Ids ids) {
        return new MemberExport(jdbc, ids);
    }

    /** The dictionary of embedded data. */
    @Bean
    EmbeddedNames embeddedNames(JdbcClient jdbc, InstantSource clock) {
        return new EmbeddedNames(jdbc, clock);
    }

    /** What the lineage of contacts says of runs. */
    @Bean
    LineageRuns lineageRuns(JdbcClient jdbc) {
        return new LineageRuns(jdbc);
    }

    /** What happened with contacts. */
    @Bean
    Timeline timeline(JdbcClient jdbc) {
        return new Timeline(jdbc);
    }
}
