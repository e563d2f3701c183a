package io.muster.directory.store;

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
    Directories directories(JdbcClient jdbc, TransactionTemplate transactions, InstantSource clock) {
        return new Directories(jdbc, transactions, clock);
    }

    /** Who did what and when. */
    @Bean
    Audit audit(JdbcClient jdbc, InstantSource clock) {
        return new Audit(jdbc, clock);
    }

    /** The mailing lists. */
    @Bean
    MailingLists mailingLists(JdbcClient jdbc, InstantSource clock) {
        return new MailingLists(jdbc, clock);
    }

    /** The contacts. */
    @Bean
    Contacts contacts(JdbcClient jdbc) {
        return new Contacts(jdbc);
    }

    /** The lists of contacts. */
    @Bean
    ContactLists contactLists(JdbcClient jdbc) {
        return new ContactLists(jdbc);
    }

    /** The export. */
    @Bean
    ContactExport contactExport(JdbcClient jdbc, PlatformTransactionManager transactions) {
        return new ContactExport(jdbc, transactions);
    }

    /** The export of a list's memberships. */
    @Bean
    MemberExport memberExport(JdbcClient jdbc) {
        return new MemberExport(jdbc);
    }

    /** The dictionary of embedded data. */
    @Bean
    EmbeddedNames embeddedNames(JdbcClient jdbc, InstantSource clock) {
        return new EmbeddedNames(jdbc, clock);
    }

    /** What happened with contacts. */
    @Bean
    Timeline timeline(JdbcClient jdbc) {
        return new Timeline(jdbc);
    }
}
