package io.muster.automation.contactimport;

import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.References;
import io.muster.automation.notify.Notifications;
import io.muster.automation.server.AutomationConfiguration;
import io.muster.extract.FileSources;
import io.muster.extract.source.FileSelection;
import io.muster.extract.source.Sleeper;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.runs.ImportSettings;
import io.muster.runs.RunService;
import io.muster.runs.RunsConfiguration;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Contact imports of automations as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import({RunsConfiguration.class, AutomationConfiguration.class})
public class ContactImportConfiguration {

    private static final Sleeper SLEEPER = Sleeper.real();

    /** The jobs behind runs. */
    @Bean
    KnownJobs knownJobs(JobFiles files, Automations automations) {
        return new KnownJobs(files, automations);
    }

    /** Where automations find their files. */
    @Bean
    FileSources fileSources(References references, Clock clock) {
        return new FileSources(references.environment(), SLEEPER, clock, RandomGenerator.getDefault());
    }

    /** Files of runs that are gone on with. */
    @Bean
    AutomationDeliveries automationDeliveries(FileSources sources, References references, KnownJobs jobs) {
        return new AutomationDeliveries(sources, references, jobs);
    }

    /** What job files say now, for runs that are reprocessed. */
    @Bean
    ImportSettings importSettings(KnownJobs jobs) {
        return automation -> jobs.now(automation).toImportSpec();
    }

    /** Contact imports of automations. */
    @Bean
    ContactImportRuns contactImportRuns(
            RunService service,
            Automations automations,
            Deliveries deliveries,
            AutomationDeliveries sources,
            KnownJobs jobs,
            Notifications notifications,
            ApplicationEventPublisher events) {
        return new ContactImportRuns(
                service, automations, deliveries, sources, new FileSelection(SLEEPER), jobs, notifications, events);
    }
}
