package io.muster.database;

import io.muster.support.Ids;
import io.muster.support.Settings;
import io.muster.support.Spool;
import io.muster.support.StateFolder;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The database and the spool as Spring beans; each is opened when it is first asked for. */
@Configuration(proxyBeanMethods = false)
public class DatabaseConfiguration {

    /** Read from the settings {@code muster.database.*} and {@code muster.embedded.*}. */
    @Bean
    DatabaseSettings databaseSettings(StateFolder home, Environment environment) {
        return DatabaseSettings.read(home, environment::getProperty);
    }

    /** Where files and events lie meanwhile: {@code muster.spool}. */
    @Bean
    Spool spool(StateFolder home, Environment environment) {
        return Spool.of(home, new Settings(environment::getProperty));
    }

    /** Opened here, closed with the context. */
    @Bean(destroyMethod = "close")
    Database database(DatabaseSettings settings) {
        return Database.open(settings);
    }

    /** For general work. Closed by the database. */
    @Bean(destroyMethod = "")
    @Primary
    PageConnections dataSource(Database database) {
        return database.dataSource();
    }

    /** For the loader only. Closed by the database. */
    @Bean(destroyMethod = "", defaultCandidate = false)
    @BulkDataSource
    DataSource bulkDataSource(Database database) {
        return database.bulkDataSource();
    }

    /** For pages only, as they are measured. Closed by the database. */
    @Bean(destroyMethod = "", defaultCandidate = false)
    @PageDataSource
    DataSource pageDataSource(Database database) {
        return database.pageDataSource();
    }

    /** On the data source for general work. */
    @Bean
    JdbcClient jdbcClient(PageConnections dataSource) {
        return new PageJdbcClient(JdbcClient.create(dataSource), dataSource.reads());
    }

    /** Public ids with the seed of this installation. */
    @Bean
    Ids ids(JdbcClient jdbc) {
        return Installation.ids(jdbc);
    }

    /** Translates SQL errors at commit as well. */
    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }

    /** READ COMMITTED by the connections' own setting. */
    @Bean
    TransactionTemplate transactionTemplate(PlatformTransactionManager transactions) {
        return new TransactionTemplate(transactions);
    }
}
