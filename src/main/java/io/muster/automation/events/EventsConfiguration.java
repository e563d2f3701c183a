package io.muster.automation.events;

import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobs.JobRegister;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.dedup.IdentityRules;
import io.muster.directory.store.Directories;
import io.muster.jobs.Automations;
import io.muster.jobs.contactimport.ImportStores;
import io.muster.jobs.contactimport.RecordGroups;
import io.muster.jobs.event.EventJobs;
import io.muster.jobs.event.JsonEvents;
import io.muster.support.Ids;
import io.muster.support.Spool;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** JSON events as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import(JobRunsConfiguration.class)
public class EventsConfiguration {

    /** The jobs that start from events. */
    @Bean
    EventCatalog eventCatalog(JobFiles files, JobRegister register, Automations automations) {
        return new EventCatalog(files, register, automations);
    }

    /** What applies events; the server starts it. */
    @Bean(destroyMethod = "close")
    EventWorker eventWorker(
            EventCatalog catalog,
            EventJobs jobs,
            JsonEvents events,
            ImportStores stores,
            Directories directories,
            IdentityRules rules,
            Spool spool,
            JdbcClient jdbc,
            InstantSource clock,
            Ids ids) {
        return new EventWorker(
                catalog,
                jobs,
                events,
                new EventResponses(jdbc, jobs, events, clock, ids),
                new RecordGroups(stores, directories, rules),
                spool,
                ids);
    }

    /** What takes events. */
    @Bean(destroyMethod = "close")
    EventIntake eventIntake(
            EventCatalog catalog,
            EventJobs jobs,
            JsonEvents events,
            EventWorker worker,
            Directories directories,
            Ids ids) {
        return new EventIntake(catalog, jobs, events, directories, ids, worker::wake);
    }
}
