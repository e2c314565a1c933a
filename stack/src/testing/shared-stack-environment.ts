import { TestEnvironment } from 'jest-environment-node';
import { sharedStack } from './shared-stack-setup.ts';

/** Gives stories the system of shared-stack-setup.ts as a global, because jest runs them apart from its set-up. */
export default class SharedStackEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { sharedStack });
  }
}
