import { TestEnvironment } from 'jest-environment-node';
import { sharedStack } from './shared-stack-setup.ts';

/** Hands the system of shared-stack-setup.ts to stories, as a global: jest runs them apart from what it runs itself. */
export default class SharedStackEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { sharedStack });
  }
}
