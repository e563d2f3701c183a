package io.muster.automation.contactimport;

import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.References;
import io.muster.automation.notify.Notifications;
import io.muster.automation.server.AutomationConfiguration;
import io.muster.extract.FileSources;
import io.muster.extract.source.FileSelection;
import io.muster.extract.source.Sleeper;
import io.muster.runs.Operator;
import io.muster.runs.OperatorConfiguration;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The automations as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import({OperatorConfiguration.class, AutomationConfiguration.class})
public class ContactImportConfiguration {

    /** Runs contact imports, and tells the operator where their files come from. */
    @Bean
    ContactImportRuns contactImportRuns(
            ObjectProvider<Operator> operator,
            References references,
            JobFiles jobs,
            Notifications notifications,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            ObjectProvider<AfterSeries> afterwards,
            Clock clock) {
        Sleeper sleeper = Sleeper.real();
        FileSources sources = new FileSources(references.environment(), sleeper, clock, RandomGenerator.getDefault());
        ContactImportRuns runs = new ContactImportRuns(
                operator::getObject,
                sources,
                new FileSelection(sleeper),
                references,
                jobs,
                notifications,
                new RunHistory(jdbc, transactions));
        runs.afterwards(job -> afterwards.ifAvailable(after -> after.imported(job)));
        return runs;
    }
}
